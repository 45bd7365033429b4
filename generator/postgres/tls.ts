import type { Cluster } from "../cluster/cluster.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { paths } from "../naming.ts";

/** The spec's certificate, or nothing: an empty name of a Secret means none, as under CPO. */
function given({ spec: { tls } }: Cluster) {
  if (tls === undefined || tls.secretName === "") return undefined;
  const { caSecretName = "", ...own } = tls;
  return { ...own, ...(caSecretName === "" ? {} : { caSecretName }) };
}

/** Where a pod finds the spec's certificate, and the authority by which it knows clients; undefined if there is none. */
export function tlsFiles(
  cluster: Cluster,
): { readonly certificate: string; readonly key: string; readonly authority?: string } | undefined {
  const tls = given(cluster);
  if (tls === undefined) return undefined;
  const authority = tls.caSecretName === undefined ? paths.tls : paths.tlsAuthority;
  return {
    certificate: within(paths.tls, tls.certificateFile),
    key: within(paths.tls, tls.privateKeyFile),
    ...(tls.caFile === undefined || tls.caFile === "" ? {} : { authority: within(authority, tls.caFile) }),
  };
}

/** Where PostgreSQL finds its certificate: the Secret's, or one that the pod made for itself. */
export function tlsParameters(cluster: Cluster): Readonly<Record<string, string>> {
  const files = tlsFiles(cluster);
  if (files === undefined) {
    return { ssl: "on", ssl_cert_file: `${paths.run}/server.crt`, ssl_key_file: `${paths.run}/server.key` };
  }
  return {
    ssl: "on",
    ssl_cert_file: files.certificate,
    ssl_key_file: files.key,
    ...(files.authority === undefined ? {} : { ssl_ca_file: files.authority }),
  };
}

/** A file of a Secret's; an absolute path stays what it is, as under CPO. */
function within(folder: string, file: string): string {
  return file.startsWith("/") ? file : `${folder}/${file}`;
}

/**
 * The Secrets in the database container. Their files are root's, and the pod's group reads them: so much PostgreSQL
 * allows for a key, and no more. https://www.postgresql.org/docs/current/ssl-tcp.html#SSL-SETUP
 */
export function tlsPart(cluster: Cluster): Required<Pick<PodPart, "mounts" | "volumes">> {
  const tls = given(cluster);
  if (tls === undefined) return { mounts: [], volumes: [] };
  const secrets = [
    { name: "tls", secretName: tls.secretName, mountPath: paths.tls },
    ...(tls.caSecretName === undefined
      ? []
      : [{ name: "tls-ca", secretName: tls.caSecretName, mountPath: paths.tlsAuthority }]),
  ];
  return {
    // Whole folders: a file that is mounted by itself is never renewed.
    mounts: secrets.map(({ name, mountPath }) => ({ mountPath, name, readOnly: true })),
    volumes: secrets.map(({ name, secretName }) => ({ name, secret: { secretName, defaultMode: 0o640 } })),
  };
}
