import { Command, CommanderError } from "commander";
import { visible } from "../adapters/terminal.ts";
import type { AddCommand, Context } from "./options.ts";
import { addCompletion } from "./completion.ts";
import { addDiff } from "./diff.ts";
import { addExplain } from "./explain.ts";
import { addFn } from "./fn.ts";
import { addInit } from "./init.ts";
import { addMergeShards } from "./merge-shards.ts";
import { addNew } from "./new.ts";
import { addRender } from "./render.ts";
import { addSchema } from "./schema.ts";
import { addValidate } from "./validate.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

/** What package.json says about the tool, besides its version. `bugs` is the address for reports. */
export type About = { readonly bugs: string };

/** Every command, in the order in which the help lists them. */
const commands: readonly AddCommand[] = [
  addInit,
  addNew,
  addRender,
  addMergeShards,
  addValidate,
  addDiff,
  addExplain,
  addSchema,
  addFn,
  addCompletion,
];

/** Runs one command line (without node and script) and returns its exit code. Never throws. */
export async function run(args: readonly string[], world: World, about: About): Promise<number> {
  const codes: (number | Promise<number>)[] = [];
  const finish: Context["finish"] = (exitCode) => void codes.push(exitCode);
  try {
    program({ world, finish }).parse([...args], { from: "user" });
    return (await codes[0]) ?? exitCodes.done;
  } catch (error) {
    // Commander ends --help and --version this way as well, with 0; its 1 for wrong usage means a difference with us.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.problems;
    return reportBug(error, world, about);
  }
}

function program(context: Context): Command {
  const { stdout, stderr, version } = context.world;
  const top = new Command("pgrender")
    .description("Renders PostgreSQL cluster specs into the Kubernetes manifests that run them.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    // So that a command can have an option --version of its own.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: stdout, writeErr: stderr })
    .addHelpText("after", "\nExit codes: 0 done, 1 --check found a difference, 2 a problem or wrong usage.");
  for (const add of commands) add(top, context);
  return top;
}

function reportBug(error: unknown, { stderr, env, version }: World, { bugs }: About): number {
  const message = error instanceof Error ? error.message : String(error);
  stderr(`pgrender ${version} failed, which is a bug: ${visible(message)}; please report it at ${bugs}\n`);
  const hasStack = error instanceof Error && error.stack !== undefined;
  if (env["PGRENDER_DEBUG"] === "1") stderr(`${hasStack ? error.stack : message}\n`);
  else stderr("  fix: run it again with PGRENDER_DEBUG=1 to see where, and add that to the report\n");
  return exitCodes.problems;
}
