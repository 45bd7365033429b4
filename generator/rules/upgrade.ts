import type { Cluster } from "../cluster/cluster.ts";
import { firstGeneration, isBackedUp, upgradeOf } from "../cluster/generation.ts";
import { groups, running } from "../cluster/group.ts";
import { keyBits } from "../postgres/tde.ts";
import { error, warning, type Finding } from "./finding.ts";

const place = ["spec", "postgresql", "upgrade"] as const;
const field = place.join(".");

/** What the fields of an upgrade say together, and with the rest of the spec. */
export function upgrades(cluster: Cluster): Finding[] {
  if (cluster.spec.postgresql.upgrade === undefined) return [];
  return [...possible(cluster), ...names(cluster), ...serves(cluster)];
}

function found(message: string, fix: string, key?: string): Finding {
  const path = key === undefined ? place : [...place, key];
  return error({
    rule: "upgrade",
    message: `${field}${key === undefined ? "" : `.${key}`} ${message}`,
    fix,
    path,
    part: "key",
  });
}

/** Whether there can be an upgrade at all. */
function possible(cluster: Cluster): Finding[] {
  const { upgrade, version } = cluster.spec.postgresql;
  const from = upgrade?.from ?? version;
  return [
    ...(Number(from) < cluster.version
      ? []
      : [
          found(
            `is ${from}, and spec.postgresql.version ${version}: an upgrade goes to a newer version`,
            "name the version that the data have, or take upgrade out",
            "from",
          ),
        ]),
    ...(cluster.profile.binDirectory.includes("{version}")
      ? []
      : [
          found(
            `is given, and the programs are in ${cluster.profile.binDirectory} whatever their version: an upgrade needs those of both`,
            "write {version} into spec.imageProfile.binDirectory, and take an image that has both",
          ),
        ]),
    ...(isBackedUp(cluster)
      ? []
      : [
          found(
            "is given without backups: nothing leads back from a lost volume",
            "configure spec.backup.pgbackrest.repos, and upgrade when there is a backup",
          ),
        ]),
    ...(cluster.spec.standby === undefined
      ? []
      : [
          found(
            "is given, and spec.standby: the cluster would be another one than that which it follows",
            "upgrade the source, and make this cluster anew",
          ),
        ]),
    ...(keyBits(cluster) === undefined
      ? []
      : [
          found(
            "is given, and spec.tde: the copy that is upgraded would need the key",
            "dump the databases, and load them into a new cluster",
          ),
        ]),
  ];
}

/** Generations are told apart by their names. */
function names(cluster: Cluster): Finding[] {
  const upgrade = upgradeOf(cluster);
  if (upgrade === undefined) return [];
  const { id, previous, discard } = upgrade;
  const restored = cluster.spec.backup?.pgbackrest?.restore?.id ?? "";
  return [
    ...(id === firstGeneration
      ? [found("is 0, the first generation, which no upgrade began", "choose another id", "id")]
      : []),
    ...(previous === id && id !== firstGeneration
      ? [
          found(
            `is given, and the cluster lived in ${id} before: the generation would begin with itself`,
            "choose another id, or name the generation before it in previous",
          ),
        ]
      : []),
    ...(restored === "" || restored === previous
      ? []
      : [
          found(
            `is ${previous}, and spec.backup.pgbackrest.restore.id ${restored}: the cluster lived in one of the two`,
            `take previous out; or take upgrade out, if the cluster is to live in ${restored} now`,
            "previous",
          ),
        ]),
    ...(discard?.includes(id) === true
      ? [found(`has ${id}, the generation itself`, "name those that went before", "discard")]
      : []),
  ];
}

/** Who takes writes until the data are upgraded. */
function serves(cluster: Cluster): Finding[] {
  const [members] = groups(cluster);
  if (running(members) !== 1 || upgradeOf(cluster) === undefined) return [];
  return [
    warning({
      rule: "upgrade-downtime",
      message: `${field} is given, and spec.numberOfInstances is 1: nobody serves while the data are copied and upgraded, nor while they cannot be`,
      fix: "for the time of the upgrade write numberOfInstances: 2, so that one member serves until the other has the data",
      path: place,
      part: "key",
    }),
  ];
}
