import type { Spec } from "./spec.ts";
import type { Fleet, ImageProfile } from "./cluster.ts";

/**
 * Images that are known to work, by what they need. CYBERTEC's run as 26:26 (the PGDG RPM's postgres) under nss_wrapper,
 * which their entrypoint sets up and their environment preloads, so it has to run. Spilo's postgres is 101:103 (Ubuntu).
 */
const profiles: Readonly<Record<"cybertec" | "spilo" | "plain", Omit<ImageProfile, "fsGroup">>> = {
  cybertec: { uid: 26, gid: 26, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: true },
  spilo: { uid: 101, gid: 103, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: false },
  plain: { uid: 26, gid: 26, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: false },
};

/** How the cluster's image is run: by the spec's profile, by CPO's keys for ids, or by the one that its name tells. */
export function imageProfile(image: string, spec: Spec, { pod }: Fleet): ImageProfile {
  const { name, ...own } = spec.imageProfile;
  const known = profiles[name ?? recognised(image)];
  const gid = own.gid ?? spec.spiloRunAsGroup ?? pod.security.group ?? known.gid;
  return {
    ...known,
    uid: spec.spiloRunAsUser ?? pod.security.user ?? known.uid,
    ...own,
    gid,
    fsGroup: spec.spiloFSGroup ?? pod.security.fsGroup ?? gid,
  };
}

function recognised(image: string): keyof typeof profiles {
  if (/(^|\/)cybertec-pg(ee)?-container[/:]/.test(image)) return "cybertec";
  if (/(^|\/)spilo(-\d+)?[:@]/.test(image)) return "spilo";
  return "plain";
}
