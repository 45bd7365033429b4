import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";

// What /proc counts CPU time in, on every architecture that Node runs on: proc_pid_stat(5), sysconf(_SC_CLK_TCK).
const ticksPerSecond = 100;
const lookEveryMs = 10;

/**
 * Runs a command to its end. Wall seconds; CPU seconds, user and system, of the process and all its descendants; and the
 * peak resident memory in MB of the largest of them, looked at every 10 ms. Linux only, one at a time: both are read
 * from /proc. Fails with what the command said if it ends with another code than 0.
 */
export async function measure(command, args) {
  const cpuBefore = childrenCpuSeconds();
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let [said, peakKb] = ["", 0];
  child.stderr.on("data", (data) => (said += data));
  const look = () => (peakKb = Math.max(peakKb, ...descendants(child.pid).map(peakOf)));
  const looking = setInterval(look, lookEveryMs);
  let wallS = 0;
  child.on("exit", () => (wallS = (performance.now() - start) / 1000));
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => clearInterval(looking));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${said}`);
  return { wallS, cpuS: childrenCpuSeconds() - cpuBefore, peakMb: peakKb / 1024, said };
}

/**
 * What one change costs a command that stays: from the change to the last line that the command says about it. The
 * command has said `ready` when it begins to wait, and ends with 0 when it is interrupted.
 */
export async function measureChange(command, args, { ready, change, isDone }) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  let onText = () => {};
  child.stderr.on("data", (data) => {
    said += data;
    onText();
  });
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const until = (holds) =>
    Promise.race([
      new Promise((resolve) => {
        onText = () => holds() && resolve();
        onText();
      }),
      ended.then((code) =>
        Promise.reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${said}`)),
      ),
    ]);
  await until(() => ready.test(said));
  said = "";
  const cpuBefore = cpuSeconds(child.pid, 11);
  const start = performance.now();
  change();
  await until(() => isDone.test(said));
  const wallS = (performance.now() - start) / 1000;
  const cost = { wallS, cpuS: cpuSeconds(child.pid, 11) - cpuBefore, peakMb: peakOf(child.pid) / 1024, said };
  child.kill("SIGINT");
  if ((await ended) !== 0) throw new Error(`${command} ${args.join(" ")} did not end well: ${said}`);
  return cost;
}

/** CPU time of all descendants that have ended and were waited for: fields 16 and 17 of proc_pid_stat(5). */
function childrenCpuSeconds() {
  return cpuSeconds("self", 13);
}

/** The sum of a field of proc_pid_stat(5) and the next; fields are counted from the third, which follows the name. */
function cpuSeconds(pid, field) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fromThird[field]) + Number(fromThird[field + 1])) / ticksPerSecond;
}

/** The process and what it has started, as far as they still run. Any thread may have started one. */
function descendants(pid) {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return [pid, ...children.flatMap(descendants)];
  } catch {
    return []; // it has ended
  }
}

/** VmHWM: unlike a process's own ru_maxrss it starts anew at exec, so it knows nothing of the size of the parent. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0; // it has ended
  }
}
