import { InvalidArgumentError, Option } from "commander";
import { headOf } from "../adapters/fault.ts";
import { digest, inventoryName } from "../adapters/inventory.ts";
import { readIfThere } from "../adapters/rendered.ts";
import type { File } from "../file.ts";
import { parseShardRecord, shardRecordName, shardRecordText } from "../pipeline/shard-record.ts";
import type { Problem } from "../problem.ts";
import type { Rendered } from "../render.ts";

/** One of `count` parts; `index` counts from 1. */
export type Shard = { readonly index: number; readonly count: number };

const most = 256;

export function shardOption(): Option {
  return new Option(
    "--shard <I/N>",
    "render one of N parts of the fleet, for merge-shards to join",
  ).argParser((text: string): Shard => {
    const [, index = 0, count = 0] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
    if (index < 1 || index > count || count > most)
      throw new InvalidArgumentError(`It is none of 1/${count || 4} to ${count || 4}/${count || 4}.`);
    return { index, count };
  });
}

/** A digest of everything that was read, whatever part of it is rendered. */
export function inputDigest(files: readonly File[]): string {
  return digest(files.map(({ path, text }) => `${digest(path)} ${digest(text)}\n`).join(""));
}

/** The files of a shard: its manifests, and what the join has to know. */
export function shardFiles(
  rendered: Rendered,
  shard: Shard,
  { input, made }: { readonly input: string; readonly made: string },
): readonly File[] {
  const text = shardRecordText({ ...shard, input, made, claimants: rendered.claimants() });
  return [...rendered.files, { path: shardRecordName, text }];
}

/** Why this shard must not be rendered into the folder: it would remove there what belongs to another part. */
export function shardRefusal(output: string, { index, count }: Shard): Problem | undefined {
  if (readIfThere(output, inventoryName) === undefined) return undefined;
  const there = parseShardRecord(readIfThere(output, shardRecordName) ?? "");
  if (there?.index === index && there.count === count) return undefined;
  const what = there === undefined ? "a whole render" : `shard ${there.index}/${there.count}`;
  return {
    rule: "shard-folder",
    severity: "error",
    message: `the folder holds ${what}, and shard ${index}/${count} would remove its files`,
    fix: "give each shard a folder of its own with --output DIR, and join them with pgrender merge-shards",
    at: headOf("."),
  };
}
