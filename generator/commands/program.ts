import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { visible } from "../adapters/terminal.ts";
import { renderCommand } from "./render.ts";
import { validateCommand } from "./validate.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

/** What package.json says about the tool. `bugs` is the address for reports. */
export type About = { readonly version: string; readonly bugs: string };

/** Runs one command line (without node and script) and returns its exit code. Never throws. */
export function run(args: readonly string[], world: World, about: About): number {
  let code: number = exitCodes.done;
  const finish = (exitCode: number) => {
    code = exitCode;
  };
  try {
    program(world, about.version, finish).parse([...args], { from: "user" });
    return code;
  } catch (error) {
    // Commander ends --help and --version this way as well, with 0; its 1 for wrong usage means a difference with us.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.problems;
    return reportBug(error, world, about);
  }
}

function program(world: World, version: string, finish: (exitCode: number) => void): Command {
  const top = new Command("pgrender")
    .description("Renders PostgreSQL cluster specs into the Kubernetes manifests that run them.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: world.stdout, writeErr: world.stderr })
    .addHelpText("after", "\nExit codes: 0 done, 1 --check found a difference, 2 a problem or wrong usage.");

  top
    .command("render")
    .description("render the clusters folder into the output folder")
    .addOption(clustersOption())
    .addOption(folderOption("--output <DIR>", "folder for the manifests", "rendered"))
    .addOption(new Option("--check", "write nothing; exit 1 if the output is not what a render gives"))
    .addOption(new Option("--stdout", "write nothing; print the manifests").conflicts("check"))
    .action((options: { clusters: string; output: string; check?: boolean; stdout?: boolean }) => {
      const { clusters, output, check = false, stdout = false } = options;
      finish(renderCommand({ clusters, output, check, stdout }, world));
    });

  top
    .command("validate")
    .description("print what is wrong with the clusters folder")
    .addOption(clustersOption())
    .action((options: { clusters: string }) => finish(validateCommand(options, world)));
  return top;
}

function clustersOption(): Option {
  return folderOption("--clusters <DIR>", "folder with the specs", "clusters");
}

function folderOption(flags: string, description: string, folder: string): Option {
  return new Option(flags, description).default(folder).argParser((value: string) => {
    // "" would be the current folder: what a script gives whose variable is not set.
    if (value === "") throw new InvalidArgumentError("It names no folder.");
    return value;
  });
}

function reportBug(error: unknown, { stderr, env }: World, { version, bugs }: About): number {
  const message = error instanceof Error ? error.message : String(error);
  stderr(`pgrender ${version} failed, which is a bug: ${visible(message)}; please report it at ${bugs}\n`);
  const hasStack = error instanceof Error && error.stack !== undefined;
  if (env["PGRENDER_DEBUG"] === "1") stderr(`${hasStack ? error.stack : message}\n`);
  else stderr("  fix: run it again with PGRENDER_DEBUG=1 to see where, and add that to the report\n");
  return exitCodes.problems;
}
