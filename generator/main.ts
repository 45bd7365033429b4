import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { memories } from "./adapters/memory.ts";
import { run } from "./commands/program.ts";
import type { About } from "./commands/program.ts";
import { rememberingRender } from "./remembered.ts";
import { render } from "./render.ts";

// The reader of a pipe may leave when it has seen enough (`pgrender render --stdout | head`): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`pgrender: stdout cannot be written: ${error.message}\n`);
  process.exitCode = 2;
});
process.stderr.on("error", () => {
  // Nobody listens, and there is no other place to say it.
});

const { version, bugs } = about();
const world = {
  version,
  render,
  renderAgain: rememberingRender,
  memories: memories(new URL("..", import.meta.url), process.env),
  stdout: (text: string) => void process.stdout.write(text),
  stderr: (text: string) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  env: process.env,
  // The first time only: who asks again, while a render is being written, does not want to wait for its end.
  onStop: (stop: () => void) => {
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  },
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
};
// exitCode and not exit(): what is still on its way to a pipe gets there.
process.exitCode = await run(process.argv.slice(2), world, { bugs });

/** On stderr, so that stdout has the result alone. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Both generator/ and dist/ lie beside package.json. */
function about(): About & { readonly version: string } {
  const content: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return {
    version: textAt(content, "version") ?? "0",
    bugs: textAt(content, "bugs") ?? "the project's issues",
  };
}

function textAt(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found === "string") return found;
  // npm writes `bugs` as a text or as { url }.
  return found === undefined ? undefined : textAt(found, "url");
}
