import { attempt, get, until } from "./kubectl.ts";

/** Waits for a Job to end well; one that does not is an error with what its pods said. */
export async function completed(namespace: string, job: string, seconds = 180): Promise<void> {
  const how = await until(`the Job ${job} ends`, seconds, async () => {
    const { status } = await get(namespace, "job", job);
    const conditions: readonly { type: string; status: string }[] = status.conditions ?? [];
    return conditions.find(({ type, status: holds }) => holds === "True" && /^(Complete|Failed)$/.test(type))
      ?.type;
  });
  if (how === "Complete") return;
  const { stdout } = await attempt(["-n", namespace, "logs", `job/${job}`, "--tail=-1", "--all-pods"]);
  throw new Error(`the Job ${job} failed: ${stdout}`);
}
