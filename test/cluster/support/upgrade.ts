import { sql } from "./cluster.ts";
import { attempt, until } from "./kubectl.ts";
import { lastWords, restorable } from "./restore.ts";
import { allAcks, gaps } from "./writer.ts";

/** The major version of the test image that a cluster begins with, and the one that it is upgraded to. */
export const older = process.env["PGRENDER_TEST_OLDER_VERSION"] ?? "15";
export const newer = process.env["PGRENDER_TEST_VERSION"] ?? "17";

/** A cluster with a repository on a volume, of a version, that comes from an older one if it is upgraded. */
export function upgradable(
  namespace: string,
  name: string,
  instances: number,
  postgresql: { readonly version: string; readonly upgrade?: Readonly<Record<string, unknown>> },
  { restore, ...more }: Readonly<Record<string, unknown>> & { readonly restore?: Restore } = {},
): string {
  const parameters = { max_connections: "50", shared_buffers: "32MB", max_prepared_transactions: "5" };
  return restorable(namespace, name, instances, restore, {
    postgresql: { parameters, ...postgresql },
    ...more,
  });
}

type Restore = Readonly<Record<string, unknown>>;

/** The two versions may come with libraries that sort text differently. */
export const upgraded = { version: newer, upgrade: { from: older, reindex: true } };
/** The generation that it begins. */
export const generation = `pg${newer}`;

/** Waits until the member that upgrades says why it ends. */
export async function refused(namespace: string, pod: string, reason: RegExp): Promise<string> {
  return until(`${pod} says why`, 180, async () => {
    const words = await lastWords(namespace, pod);
    return reason.test(words) ? words : undefined;
  });
}

/** What the database container of a pod has said, since it started last. */
export async function said(namespace: string, pod: string): Promise<string> {
  return (await attempt(["-n", namespace, "logs", pod, "-c", "postgres", "--tail=-1"])).stdout;
}

/** The major version of a member. */
export async function version(namespace: string, pod: string): Promise<string> {
  return (await sql(namespace, pod, "show server_version_num")).slice(0, 2);
}

/** The longest time without a commit since a moment, in milliseconds. */
export async function longest(namespace: string, fromMs: number): Promise<number> {
  return gaps((await allAcks(namespace)).filter(({ atMs }) => atMs > fromMs)).longestMs;
}
