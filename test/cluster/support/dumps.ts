import { kubectl } from "./kubectl.ts";

/** Starts a Job whose pod waits with all that a dump needs at hand, as docs/logical-backups.md has it. */
export async function holdDumps(namespace: string, cluster: string): Promise<void> {
  const from = `--from=cronjob/logical-backup-${cluster}`;
  const dry = ["create", "job", "dumps", from, "--dry-run=client", "-o", "yaml"];
  const job = await kubectl(["-n", namespace, ...dry]);
  await kubectl(["-n", namespace, "create", "-f", "-"], job.replace(/^( *- )dump$/m, "$1hold"));
  const ready = ["wait", "pod", "-l", "job-name=dumps", "--for=condition=Ready", "--timeout=60s"];
  await kubectl(["-n", namespace, ...ready]);
}

/** What a command says in the pod that waits. */
export function inHold(namespace: string, ...command: readonly string[]): Promise<string> {
  return kubectl(["-n", namespace, "exec", "-i", "job/dumps", "--", ...command]);
}

/** What logical-backup.py says to a command. */
export function inDumps(
  namespace: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const script = "/etc/pgbackrest/conf.d/logical-backup.py";
  return inHold(namespace, "env", ...variables, "python3", script, ...command);
}

/** The whole runs of a store, oldest first. */
export async function dumpRuns(namespace: string, store: string): Promise<string[]> {
  const lines = (await inDumps(namespace, ["list"])).trim().split("\n");
  return lines
    .filter((line) => line.startsWith(store) && !line.endsWith("not whole"))
    .map((line) => line.split(" ")[1] ?? "");
}
