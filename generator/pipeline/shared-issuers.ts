import type { Cluster } from "../cluster/cluster.ts";
import { certificateProvider } from "../cluster/secrets.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import type { Problem } from "../problem.ts";
import { where } from "./wanted.ts";

/**
 * Clusters of one name in several namespaces, whose certificates have one issuer. pgBackRest lets in by name and issuer alone, so each
 * would be let in to the backups and the files of the other.
 */
export function sharedIssuers(fleet: readonly { readonly cluster: Cluster }[]): Problem[] {
  const first = new Map<string, Cluster>();
  return fleet.flatMap(({ cluster }): Problem[] => {
    const issuer = issuerOfAll(cluster);
    if (issuer === undefined) return [];
    const key = `${cluster.name} ${issuer}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, cluster);
      return [];
    }
    const { file, line } = other.at();
    return [
      {
        rule: "certificates-shared",
        severity: "warning",
        message: `${cluster.name} in ${where(cluster)} and ${other.name} in ${where(other)} (${file}:${line}) have certificates of the ${issuer}: with these, each is let in to the backups of the other`,
        fix: "take spec.backup.certificates.issuer out of one of them, which then has an authority of its own, or rename one",
        at: cluster.at(),
      },
    ];
  });
}

/** The issuer of a cluster's certificates, if it serves other namespaces too. */
function issuerOfAll(cluster: Cluster): string | undefined {
  if (backupOf(cluster) === undefined || certificateProvider(cluster) !== "certManager") return undefined;
  const { issuer } = cluster.spec.backup?.certificates ?? {};
  // Those of other programs are called so too, as in AWSPCAClusterIssuer.
  if (issuer === undefined || !issuer.kind.includes("Cluster")) return undefined;
  return `${issuer.kind} ${issuer.name}${issuer.group === "cert-manager.io" ? "" : ` of ${issuer.group}`}`;
}
