import type { Cluster } from "../cluster/cluster.ts";
import { poolerRole } from "../cluster/pooler.ts";
import { names, poolerSelector } from "../naming.ts";
import { keyBits } from "../postgres/tde.ts";
import { foreignHomes, withPassword } from "./roles.ts";

/** A Secret of a role, which may be in another namespace too, or with a key of so many bits. */
export type MemberSecret = { readonly name: string; readonly selector?: Readonly<Record<string, string>> } & (
  { readonly username: string; readonly elsewhere?: string } | { readonly bits: number }
);

/** The roles whose passwords the members need. */
function memberRoles({ fleet }: Cluster): readonly string[] {
  return [fleet.superuser, fleet.replicationUser];
}

/**
 * The Secrets of the roles that members and users log in as, and with the key of encrypted data files. The key of a clone is
 * its source's: with another one, what was copied could not be read.
 */
export function memberSecrets(cluster: Cluster): MemberSecret[] {
  const bits = cluster.spec.clone === undefined ? keyBits(cluster) : undefined;
  const homes = foreignHomes(cluster);
  return [
    ...[...memberRoles(cluster), ...withPassword(cluster)].map((role) => ({
      name: names.credentials(cluster, role),
      username: role,
      ...elsewhere(homes.get(role)),
      // As with CPO, that of the poolers has their labels.
      ...(role === poolerRole(cluster) ? { selector: poolerSelector(cluster, "master") } : {}),
    })),
    ...(bits === undefined ? [] : [{ name: names.encryptionKey(cluster), bits }]),
  ];
}

function elsewhere(namespace: string | undefined): { readonly elsewhere?: string } {
  return namespace === undefined ? {} : { elsewhere: namespace };
}
