import { spawn } from "node:child_process";

/** What a command said and how it ended. */
export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs kubectl against the cluster of KUBECONFIG. Never throws for an exit code. */
export function attempt(args: readonly string[], input = "", timeoutMs = 120_000): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("kubectl", args, { timeout: timeoutMs });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on("error", () => undefined); // it may have ended before it read everything
    child.stdin.end(input);
  });
}

/** Standard output of kubectl, or an error with what it said. */
export async function kubectl(args: readonly string[], input = ""): Promise<string> {
  const outcome = await attempt(args, input);
  if (outcome.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${outcome.stderr || outcome.stdout}`);
  return outcome.stdout;
}

/** An object, as the API server has it. The tests know what they asked for. */
// eslint-disable-next-line typescript/no-explicit-any -- live objects of any kind, read by tests alone
export async function get(namespace: string, ...what: string[]): Promise<any> {
  return JSON.parse(await kubectl(["-n", namespace, "get", ...what, "-o", "json"]));
}

/**
 * Waits until a fact holds, and returns it. The fact is asked for again and again; an error counts as "not yet" and is
 * part of the message when the time is over.
 */
export async function until<T>(
  what: string,
  seconds: number,
  fact: () => Promise<T | undefined | false>,
): Promise<T> {
  const start = Date.now();
  let last = "";
  for (;;) {
    try {
      const found = await fact();
      if (found !== undefined && found !== false) return found;
      last = "";
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() - start > seconds * 1000) throw new Error(`not within ${seconds} s: ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
