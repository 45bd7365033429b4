import { memberSecrets } from "../access/member-secrets.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";
import type { Shared } from "./shared.ts";
import { inNamespace, where } from "./wanted.ts";

/** A Secret that a cluster's pods or users look for, with the keys that it needs. */
type Needed = {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly keys: readonly string[];
  readonly literals: string;
};

/** Encrypted Secrets that a spec says are in git, and that no kustomization puts out. */
export function committedSecrets(
  fleet: readonly { readonly cluster: Cluster }[],
  passed: readonly Shared[],
): Problem[] {
  const asking = fleet.filter(({ cluster: { spec } }) => isCommitted(spec.secrets.provider));
  if (asking.length === 0) return [];
  const kept = new Map(
    passed.flatMap(({ object, folder }) => {
      const keys = encrypted(object);
      const { name, namespace } = object.metadata;
      const { key } = inNamespace({ namespace, folder }, { kind: object.kind, name });
      return keys === undefined ? [] : [[key, keys] as const];
    }),
  );
  return asking.flatMap(({ cluster }) =>
    needed(cluster).flatMap((secret): Problem[] => {
      const kind = cluster.spec.secrets.provider === "sealed" ? "SealedSecret" : "Secret";
      const { name, namespace } = secret;
      const { key } = inNamespace({ namespace, folder: cluster.folder }, { kind, name });
      const keys = kept.get(key);
      const lacking = secret.keys.filter((each) => keys?.includes(each) !== true);
      if (lacking.length === 0) return [];
      const what = kind === "Secret" ? "a Secret that SOPS has encrypted" : "a SealedSecret";
      const state = keys === undefined ? "is not there" : `has no ${lacking.join(" and no ")}`;
      return [
        {
          rule: "secret-missing",
          severity: "error",
          message: `${cluster.name} needs ${what}, ${name} in ${where({ namespace })}, which ${state}`,
          fix: `${command(kind, secret)} > ${name}.yaml beside the spec, and list that in its kustomization.yaml`,
          at: cluster.at(),
        },
      ];
    }),
  );
}

function isCommitted(provider: Cluster["spec"]["secrets"]["provider"]): boolean {
  return provider === "sealed" || provider === "sops";
}

/** The keys of a Secret that is encrypted, by whichever of the two; undefined for any other object. */
function encrypted(object: KubeObject): readonly string[] | undefined {
  const { kind, spec } = object;
  if (kind === "SealedSecret") return isRecord(spec) ? keysOf(spec["encryptedData"]) : [];
  if (kind !== "Secret" || !isRecord(object["sops"])) return undefined;
  return [...keysOf(object["data"]), ...keysOf(object["stringData"])];
}

function keysOf(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function needed(cluster: Cluster): readonly Needed[] {
  if (cluster.spec.secrets.cluster !== undefined) return [];
  return memberSecrets(cluster).flatMap((secret): Needed[] => {
    const own = { name: secret.name, namespace: cluster.namespace };
    if ("bits" in secret) {
      return [
        { ...own, keys: ["key"], literals: `--from-literal=key="$(openssl rand -hex ${secret.bits / 8})"` },
      ];
    }
    const password = cluster.spec.standby === undefined ? "$(openssl rand -hex 32)" : "that of the source";
    const literals = `--from-literal=username=${secret.username} --from-literal=password="${password}"`;
    const role = { ...own, keys: ["username", "password"], literals };
    return secret.elsewhere === undefined ? [role] : [role, { ...role, namespace: secret.elsewhere }];
  });
}

/** What makes it. SOPS signs all values of a file otherwise, also those that a kustomization changes. */
function command(kind: string, { name, namespace, literals }: Needed): string {
  const home = namespace === undefined ? "" : ` --namespace ${namespace}`;
  const made = `kubectl create secret generic ${name}${home} ${literals} --dry-run=client -o yaml`;
  const tool =
    kind === "Secret"
      ? "sops encrypt --encrypted-regex '^(data|stringData)$' --mac-only-encrypted --filename-override secret.yaml /dev/stdin"
      : "kubeseal --format yaml";
  return `run ${made} | ${tool}`;
}
