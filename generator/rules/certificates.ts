import type { Cluster } from "../cluster/cluster.ts";
import { certificateProvider } from "../cluster/secrets.ts";
import { durationSeconds } from "../kube/duration.ts";
import { backupOf } from "../pgbackrest/repositories.ts";
import { error, warning, type Finding } from "./finding.ts";

const path = ["spec", "backup", "certificates"];

/** What is said of certificates is said to somebody. */
export function certificatesAreMade(cluster: Cluster): Finding[] {
  const given = cluster.spec.backup?.certificates;
  if (given === undefined) return [];
  if (backupOf(cluster) === undefined) {
    return [
      warning({
        rule: "backup-certificates",
        message: "spec.backup.certificates does nothing: the cluster has no repository",
        fix: "add spec.backup.pgbackrest, or take it out",
        path,
        part: "key",
      }),
    ];
  }
  const provider = certificateProvider(cluster);
  if (provider === "certManager") return [];
  const idle = ["issuer", "duration", "renewBefore"].filter((field) => Object.hasOwn(given, field));
  return idle.map((field) =>
    warning({
      rule: "backup-certificates",
      message: `spec.backup.certificates.${field} does nothing: it is for cert-manager, and the provider is ${provider}`,
      fix: "write provider: certManager, or take it out",
      path: [...path, field],
      part: "key",
    }),
  );
}

/**
 * cert-manager refuses times that are too short, and a renewal before the beginning.
 * https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec
 */
export function certificatesLast({ spec }: Cluster): Finding[] {
  const { duration = "2160h", renewBefore } = spec.backup?.certificates ?? {};
  const whole = tooShort("duration", duration, "1h");
  if (renewBefore === undefined) return whole;
  const rest = tooShort("renewBefore", renewBefore, "5m");
  if (rest.length > 0 || seconds(renewBefore) < seconds(duration)) return [...whole, ...rest];
  return [
    ...whole,
    error({
      rule: "backup-certificates",
      message: `spec.backup.certificates.renewBefore is ${renewBefore}, and a certificate holds for ${duration}: it would be renewed without end`,
      fix: "write less, or take it out: then it is renewed after two thirds of its time",
      path: [...path, "renewBefore"],
    }),
  ];
}

function tooShort(field: string, value: string, least: string): Finding[] {
  if (seconds(value) >= seconds(least)) return [];
  return [
    error({
      rule: "backup-certificates",
      message: `spec.backup.certificates.${field} is ${value}, and cert-manager takes ${least} or more`,
      fix: `write ${least} or more, or take it out`,
      path: [...path, field],
    }),
  ];
}

function seconds(duration: string): number {
  return durationSeconds(duration) ?? 0;
}

/** cert-manager has two kinds of issuers; those of others have a group of their own. */
export function issuerIsOne({ spec }: Cluster): Finding[] {
  const { issuer } = spec.backup?.certificates ?? {};
  if (issuer?.group !== "cert-manager.io" || /^(Cluster)?Issuer$/.test(issuer.kind)) return [];
  return [
    error({
      rule: "backup-certificates",
      message: `spec.backup.certificates.issuer.kind is ${issuer.kind}, which is no issuer of cert-manager.io`,
      fix: "write Issuer or ClusterIssuer; an issuer of another program has a group of its own",
      path: [...path, "issuer", "kind"],
    }),
  ];
}
