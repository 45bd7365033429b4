import type { Cluster } from "../cluster/cluster.ts";
import { generationOf } from "../cluster/generation.ts";
import { groups } from "../cluster/group.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { Verification } from "../cluster/spec.ts";
import { durationSeconds } from "../kube/duration.ts";
import { bytes } from "../kube/quantity.ts";
import { paths } from "../naming.ts";
import { parameters } from "../postgres/parameters.ts";
import { keyBits } from "../postgres/tde.ts";
import { memberVolumes } from "../postgres/volumes.ts";

/** The size of the volumes of one instance together: everything of it is restored into one. */
export function scratchSize(cluster: Cluster): string {
  const [group] = groups(cluster);
  const sizes = memberVolumes(group).map(({ claim }) => claim.size);
  const [only = "", ...others] = sizes;
  if (others.length === 0) return only;
  const sum = sizes.reduce((all, size) => all + (bytes(size) ?? 0n), 0n);
  const units = [
    ["Gi", 1024n ** 3n],
    ["Mi", 1024n ** 2n],
  ] as const;
  const [name, unit] = units.find(([, each]) => sum % each === 0n) ?? ["", 1n];
  return `${sum / unit}${name}`;
}

/** What a restored server is started with as its original was: what WAL asks for, and libraries that its data may need. */
const copied = [
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_replication_slots",
  "max_active_replication_origins",
  "shared_preload_libraries",
];

/** What `verify.py` reads. It is in no shell and no SQL until then, but in one JSON document. */
export function verificationSettings(cluster: Cluster, verification: Verification) {
  const { dcs, local } = parameters(cluster);
  const { limits } = withDefaults(verification.resources, cluster.fleet);
  const megabytes = Number(bytes(limits.memory) ?? 0n) / 1024 ** 2;
  const age = (text: string | undefined) => (text === undefined ? null : (durationSeconds(text) ?? null));
  return {
    cluster: cluster.name,
    stanza: generationOf(cluster).stanza,
    scratch: paths.scratch,
    binDirectory: cluster.profile.binDirectory,
    superuser: cluster.fleet.superuser,
    sharedBuffers: `${Math.max(16, Math.floor(megabytes / 4))}MB`,
    keyCommand: keyBits(cluster) === undefined ? "" : `sh ${paths.backupConfig}/encryption-key.sh`,
    parameters: Object.fromEntries(
      Object.entries({ ...dcs, ...local }).filter(([name]) => copied.includes(name)),
    ),
    deadlineSeconds: verification.deadlineSeconds,
    amcheck: verification.amcheck,
    wholeRepository: verification.wholeRepository,
    maxBackupAge: age(verification.maxBackupAge),
    maxWalAge: age(verification.maxWalAge),
    queries: verification.queries,
  };
}
