import { attempt, get, until } from "./kubectl.ts";

type Condition = { readonly type: string; readonly status: string; readonly reason?: string };

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
