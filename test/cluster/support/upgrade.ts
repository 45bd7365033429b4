import { restorable } from "./restore.ts";

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
