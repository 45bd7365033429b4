import { digest, inventoryName } from "../adapters/inventory.ts";
import type { Memories } from "../adapters/memory.ts";
import { readIfThere, readRendered } from "../adapters/rendered.ts";
import type { File } from "../file.ts";
import type { Rendered } from "../render.ts";
import { inputDigest } from "./shard.ts";
import type { World } from "./world.ts";

/** Clusters and files that need not be rendered again. */
type Done = { readonly clusters: number; readonly files: number };

/** A render of a whole fleet that knows the one before it. */
export type Remembering = {
  /** Renders nothing where nothing would change. */
  readonly render: World["render"];
  /** After that: what would not change. */
  readonly done: () => Done | undefined;
  /** Remembers what was just written. */
  readonly keep: (clusters: number) => void;
};

/**
 * Where the last render into the output folder had the same input and nothing to say, and each of its files is still as
 * it was written, another one would change nothing.
 */
export function remembering(output: string, { render }: World, memories: Memories): Remembering {
  let input = "";
  let done: Done | undefined;
  return {
    render: (files, scope) => {
      input = inputOf(files, memories);
      done = unchanged(output, input, memories);
      return done === undefined ? render(files, scope) : nothingNew(done);
    },
    done: () => done,
    keep: (clusters) => {
      const inventory = readIfThere(output, inventoryName);
      if (inventory !== undefined) memories.keep(output, { input, inventory: digest(inventory), clusters });
    },
  };
}

function inputOf(files: readonly File[], memories: Memories): string {
  return digest(`${memories.program()} ${inputDigest(files)}`);
}

function unchanged(output: string, input: string, memories: Memories): Done | undefined {
  const memory = memories.recall(output);
  const inventory = readIfThere(output, inventoryName);
  if (memory?.input !== input || inventory === undefined || digest(inventory) !== memory.inventory)
    return undefined;
  const files = readRendered(output);
  return "rule" in files ? undefined : { clusters: memory.clusters, files: files.length };
}

function nothingNew({ clusters }: Done): Rendered {
  return { files: [], problems: [], clusters, folders: [], elsewhere: 0, claimants: () => [] };
}
