import type { Cluster } from "../cluster/cluster.ts";
import { fromSecret } from "../kube/container.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { names, paths } from "../naming.ts";

/** Bits of the key that encrypts the data files; undefined if nothing does. */
export function keyBits({ spec: { tde } }: Cluster): number | undefined {
  return tde?.enable === true ? tde.keybits : undefined;
}

/**
 * The program that tells PostgreSQL the key, in hexadecimal digits. CPO's path, /tmp/tde.sh, is made by the entrypoint of the
 * licensed image, which does not run here to its end. https://repository.cybertec.at/doc/13tde/encryption.html
 */
const command = `sh ${paths.config}/encryption-key.sh`;

/** What initdb has to know of it. */
export function tdeOptions(cluster: Cluster): Readonly<Record<string, string>> {
  const bits = keyBits(cluster);
  return bits === undefined ? {} : { "encryption-key-command": command, "key-bits": String(bits) };
}

/** initdb notes the command in a file of the data directory; this one wins, also over the path that CPO's clusters have there. */
export function tdeParameters(cluster: Cluster): Readonly<Record<string, string>> {
  return keyBits(cluster) === undefined ? {} : { encryption_key_command: command };
}

/** The key, as CPO hands it over: as a variable of the database container. */
export function tdeEnv(cluster: Cluster): NonNullable<PodPart["env"]> {
  if (keyBits(cluster) === undefined) return [];
  return [{ name: "TDE", value: "true" }, fromSecret("TDE_KEY", names.encryptionKey(cluster), "key")];
}
