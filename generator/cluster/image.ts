import type { Spec } from "./spec.ts";
import type { ImageProfile } from "./cluster.ts";

/**
 * Images that are known to work, by what they need. CYBERTEC's run as 26:26 (the PGDG RPM's postgres) under nss_wrapper,
 * which their entrypoint sets up and their environment preloads, so it has to run. Spilo's postgres is 101:103 (Ubuntu).
 */
const profiles: Readonly<Record<"cybertec" | "spilo" | "plain", ImageProfile>> = {
  cybertec: { uid: 26, gid: 26, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: true },
  spilo: { uid: 101, gid: 103, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: false },
  plain: { uid: 26, gid: 26, binDirectory: "/usr/lib/postgresql/{version}/bin", entrypoint: false },
};

/** How the cluster's image is run: by the spec's profile, or by the one that its name tells. */
export function imageProfile(image: string, spec: Spec): ImageProfile {
  const { name, ...own } = spec.imageProfile;
  return { ...profiles[name ?? recognised(image)], ...own };
}

function recognised(image: string): keyof typeof profiles {
  if (/(^|\/)cybertec-pg(ee)?-container[/:]/.test(image)) return "cybertec";
  if (/(^|\/)spilo(-\d+)?[:@]/.test(image)) return "spilo";
  return "plain";
}
