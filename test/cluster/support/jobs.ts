import { attempt, get, until } from "./kubectl.ts";

type Condition = { readonly type: string; readonly status: string; readonly reason?: string };

/** The name of a Job among rendered objects, by what stands before the hash of its content. */
export function jobOf(yaml: string, name: string): string {
  const jobs = yaml.split(/^---$/m).filter((document) => /^kind: Job$/m.test(document));
  const found = new RegExp(`^ *name: (${name}-[0-9a-f]{8})$`, "m").exec(jobs.join("\n"))?.[1];
  if (found === undefined) throw new Error(`no Job ${name}-… is rendered`);
  return found;
}

/** Waits for a Job to end, and tells how: its condition Complete or Failed. */
export async function ended(namespace: string, job: string, seconds = 180): Promise<Condition> {
  return until(`the Job ${job} ends`, seconds, async () => {
    const { status } = await get(namespace, "job", job);
    const conditions: readonly Condition[] = status.conditions ?? [];
    return conditions.find(({ type, status: holds }) => holds === "True" && /^(Complete|Failed)$/.test(type));
  });
}

/** Waits for a Job to end well; one that does not is an error with what its pods said. */
export async function completed(namespace: string, job: string, seconds = 180): Promise<void> {
  const { type } = await ended(namespace, job, seconds);
  if (type === "Complete") return;
  const { stdout } = await attempt(["-n", namespace, "logs", `job/${job}`, "--tail=-1", "--all-pods"]);
  throw new Error(`the Job ${job} failed: ${stdout}`);
}
