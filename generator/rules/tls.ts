import type { Cluster } from "../cluster/cluster.ts";
import { show } from "../pipeline/messages.ts";
import { keyBits } from "../postgres/tde.ts";
import { warning, type Finding } from "./finding.ts";

/** CPO ignores such a Secret without a word. */
export function authorityHasFile({ spec: { tls } }: Cluster): Finding[] {
  if ((tls?.caSecretName ?? "") === "" || (tls?.caFile ?? "") !== "") return [];
  return [
    warning({
      rule: "tls-authority",
      message:
        "spec.tls.caSecretName names a Secret, but no file in it: certificates of clients are not checked",
      fix: "add caFile, e.g. ca.crt",
      path: ["spec", "tls", "caSecretName"],
      part: "key",
    }),
  ];
}

/** What can be told from the image's name alone. */
export function encryptionNeedsBuild(cluster: Cluster): Finding[] {
  if (keyBits(cluster) === undefined || /(^|\/)cybertec-pgee-container[/:]/.test(cluster.image)) return [];
  return [
    warning({
      rule: "tde-image",
      message: `spec.tde is on, and ${show(cluster.image)} does not look like CYBERTEC's PGEE: initdb of any other build does not know its options, and the first start would fail`,
      fix: "take an image of containers.cybertec.at/cybertec-pgee-container as dockerImage",
      path: ["spec", "tde", "enable"],
    }),
  ];
}
