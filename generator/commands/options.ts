import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { World } from "./world.ts";

/** Puts a command into the program. What its action gives `finish` becomes the exit code. */
export type AddCommand = (top: Command, context: Context) => void;
export type Context = {
  readonly world: World;
  readonly finish: (exitCode: number | Promise<number>) => void;
};

export function clustersOption(): Option {
  return folderOption("--clusters <DIR>", "folder with the specs", "clusters");
}

export function outputOption(): Option {
  return folderOption("--output <DIR>", "folder for the manifests", "rendered");
}

export function strictOption(): Option {
  return new Option("--strict", "take warnings for errors").default(false);
}

export function folderOption(flags: string, description: string, folder: string): Option {
  return new Option(flags, description).default(folder).argParser((value: string) => {
    // "" would be the current folder: what a script gives whose variable is not set.
    if (value === "") throw new InvalidArgumentError("It names no folder.");
    return value;
  });
}
