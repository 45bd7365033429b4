import { Option } from "commander";
import { foldersOverlap } from "../adapters/folders.ts";
import { headOf } from "../adapters/fault.ts";
import { readRendered } from "../adapters/rendered.ts";
import { below, printProblems } from "../adapters/terminal.ts";
import type { File } from "../file.ts";
import { collisions } from "../pipeline/check.ts";
import { parseShardRecord, shardRecordName } from "../pipeline/shard-record.ts";
import type { ShardRecord } from "../pipeline/shard-record.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { outputOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { writeRendered } from "./output.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

type MergeOptions = { readonly output: string; readonly check: boolean };

export const addMergeShards: AddCommand = (top, { world, finish }) => {
  top
    .command("merge-shards")
    .description("join the folders of render --shard into what one render would have written")
    .argument("<DIRS...>", "the folder of each shard")
    .addOption(outputOption())
    .addOption(
      new Option("--check", "write nothing; exit 1 if the output is not what the shards give").default(false),
    )
    .action((dirs: readonly string[], options: MergeOptions) =>
      finish(mergeShardsCommand(dirs, options, world)),
    );
};

type Part = { readonly dir: string; readonly record: ShardRecord; readonly files: readonly File[] };

/**
 * Writes what all shards of one input hold to the output folder, as a render would: with the checks that need all
 * clusters, with one inventory, and removing what is no longer rendered. Nothing is written if a shard is missing.
 */
function mergeShardsCommand(dirs: readonly string[], options: MergeOptions, world: World): number {
  const read = [...new Set(dirs)].map(readPart);
  const parts = read.flatMap((part) => ("record" in part ? [part] : []));
  const unread = read.flatMap((part) => ("record" in part ? [] : [part]));
  const overlap = dirs.flatMap((dir) => foldersOverlap(dir, options.output, "shard's folder") ?? []);
  const problems: Problem[] = [
    ...unread,
    ...below(options.output, overlap),
    ...(unread.length === 0 ? notOneRender(parts) : []),
    ...collisions(parts.flatMap(({ record }) => record.claimants)),
  ];
  const clusters = parts.reduce((sum, { record }) => sum + record.claimants.length, 0);
  if (problems.length === 0 && clusters === 0) problems.push(problemAt(".", "no-clusters", noClusters));
  if (problems.some(isError)) {
    printProblems(problems, world);
    return exitCodes.problems;
  }
  const files = parts.flatMap((part) => part.files.filter(({ path }) => path !== shardRecordName));
  return writeRendered({ files, clusters, problems }, { ...options, strict: false }, world).code;
}

function readPart(dir: string): Part | Problem {
  const files = readRendered(dir);
  if ("rule" in files) return { ...files, at: below(dir, [files])[0]?.at ?? files.at };
  const record = parseShardRecord(files.find(({ path }) => path === shardRecordName)?.text ?? "");
  return record === undefined
    ? problemAt(dir, "not-a-shard", {
        message: "the folder holds no shard",
        fix: "render it with pgrender render --shard I/N --output DIR, by the same version of pgrender",
      })
    : { dir, record, files };
}

/** What keeps the parts from being all shards of one render. */
function notOneRender(parts: readonly Part[]): Problem[] {
  const [first] = parts;
  if (first === undefined) return [];
  const { count } = first.record;
  const strange = parts.filter(
    ({ record }) =>
      record.count !== count || record.input !== first.record.input || record.made !== first.record.made,
  );
  const twice = parts.filter(
    ({ record }, place) => parts.findIndex((part) => part.record.index === record.index) < place,
  );
  const there = new Set(parts.map(({ record }) => record.index));
  const missing = Array.from({ length: count }, (_, place) => place + 1).filter((index) => !there.has(index));
  return [
    ...strange.map(({ dir }) =>
      problemAt(dir, "shards-differ", {
        message: `this shard and that in ${first.dir} were not rendered from the same specs, into as many parts, by the same pgrender`,
        fix: "render all shards from one commit",
      }),
    ),
    ...twice.map(({ dir, record }) =>
      problemAt(dir, "shard-twice", {
        message: `there is a shard ${record.index}/${record.count} already`,
        fix: "give each shard once",
      }),
    ),
    ...(missing.length === 0
      ? []
      : [
          problemAt(first.dir, "shard-missing", {
            message: `of ${count} shards there are ${there.size}: ${missing.map((index) => `${index}/${count}`).join(", ")} missing`,
            fix: "give the folders of all shards; what is missing would be removed from the output",
          }),
        ]),
  ];
}

const noClusters = {
  message: "the shards have no cluster, and an empty render would remove everything from the output",
  fix: "look at what the shards were rendered from",
};

function problemAt(
  dir: string,
  rule: string,
  said: { readonly message: string; readonly fix: string },
): Problem {
  return { ...said, rule, severity: "error", at: headOf(dir) };
}
