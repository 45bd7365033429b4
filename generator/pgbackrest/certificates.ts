import type { Cluster } from "../cluster/cluster.ts";
import { certificateProvider } from "../cluster/secrets.ts";
import type { CertificateIssuer } from "../cluster/spec.ts";
import { metadata, sorted } from "../kube/metadata.ts";
import type { KubeObject } from "../kube/object.ts";
import { labels, names } from "../naming.ts";
import { backupOf } from "./repositories.ts";

/** The pairs of a key and its certificate: CPO has one for the members and one for the repository host. */
export const pairs = ["pgbackrest-client", "pgbackrest-repo-host"] as const;

export type Pair = (typeof pairs)[number];

/** The names that the pods of a cluster go by. By the first one, the cluster's, pgBackRest lets in. */
export function certifiedNames({ name, namespace }: Pick<Cluster, "name" | "namespace">): string[] {
  const pods = `*.${names.members({ name })}`;
  return [name, pods, ...(namespace === undefined ? [] : [`${pods}.${namespace}.svc`])];
}

/** The names of the Secrets with certificates of a cluster, whoever makes them. */
export function certificateSecrets(cluster: Cluster): string[] {
  if (backupOf(cluster) === undefined) return [];
  const authority = hasAuthority(cluster) ? [names.backupAuthority(cluster)] : [];
  return [...authority, names.backupCertificates(cluster)];
}

/** What has cert-manager make and renew the certificates. */
export function certificates(cluster: Cluster): KubeObject[] {
  if (backupOf(cluster) === undefined || certificateProvider(cluster) !== "certManager") return [];
  const { issuer = own(names.backupAuthority(cluster)), duration, renewBefore } = settings(cluster);
  return [
    ...(hasAuthority(cluster) ? authority(cluster) : []),
    certificate(cluster, names.backupCertificates(cluster), {
      issuer,
      // pgBackRest knows of no other one: who has a certificate with this name is let in.
      commonName: cluster.name,
      dnsNames: certifiedNames(cluster),
      usages: ["digital signature", "server auth", "client auth"],
      rotationPolicy: "Always",
      times: { duration, renewBefore },
    }),
  ];
}

function settings({ spec }: Cluster) {
  return spec.backup?.certificates ?? {};
}

function hasAuthority(cluster: Cluster): boolean {
  return certificateProvider(cluster) === "certManager" && settings(cluster).issuer === undefined;
}

/** An authority that signs for nothing but this cluster. */
function authority(cluster: Cluster): KubeObject[] {
  const [root, name] = [names.backupRoot(cluster), names.backupAuthority(cluster)];
  return [
    issuerObject(cluster, root, { selfSigned: {} }),
    certificate(cluster, name, {
      issuer: own(root),
      // With a blank, so that it is the name of no cluster.
      commonName: "pgrender backups",
      isCA: true,
      usages: ["cert sign", "crl sign"],
      // Renewed, it keeps its key: what it has signed before stays good.
      rotationPolicy: "Never",
      times: { duration: "87600h" },
    }),
    issuerObject(cluster, name, { ca: { secretName: name } }),
  ];
}

function own(name: string): CertificateIssuer {
  return { name, kind: "Issuer", group: "cert-manager.io" };
}

function issuerObject(cluster: Cluster, name: string, spec: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: metadata(cluster, name), spec };
}

type Wanted = {
  readonly issuer: CertificateIssuer;
  readonly commonName: string;
  readonly dnsNames?: readonly string[];
  readonly isCA?: true;
  readonly usages: readonly string[];
  readonly rotationPolicy: "Always" | "Never";
  readonly times: { readonly duration?: string | undefined; readonly renewBefore?: string | undefined };
};

/** A Certificate with a Secret of its name. What differs between versions of cert-manager is said: rotation, group and kind, history. */
function certificate(cluster: Cluster, name: string, wanted: Wanted): KubeObject {
  const { issuer, rotationPolicy, times, ...subject } = wanted;
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: metadata(cluster, name),
    spec: {
      secretName: name,
      secretTemplate: { labels: sorted(labels(cluster)) },
      ...subject,
      ...Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined)),
      privateKey: { algorithm: "ECDSA", encoding: "PKCS8", rotationPolicy, size: 256 },
      revisionHistoryLimit: 1,
      issuerRef: { group: issuer.group, kind: issuer.kind, name: issuer.name },
    },
  };
}
