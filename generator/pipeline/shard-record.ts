import type { Place } from "../problem.ts";
import { isRecord, parsedJson } from "../record.ts";
import type { Claimant } from "./check.ts";

/** What a shard says about itself, beside its manifests: enough to join it with the others as if they were one render. */
export type ShardRecord = {
  readonly index: number;
  readonly count: number;
  /** Of everything that was read: shards of different input are not one render. */
  readonly input: string;
  /** The pgrender that made it. */
  readonly made: string;
  readonly claimants: readonly Claimant[];
};

export const shardRecordName = "shard.json";

/** One cluster a line. Same shard, same bytes. */
export function shardRecordText({ index, count, input, made, claimants }: ShardRecord): string {
  const head = JSON.stringify({ version: 1, index, count, input, made }).slice(0, -1);
  const lines = claimants.map((claimant) => JSON.stringify({ ...claimant, at: claimant.at() })).join(",\n");
  return `${head},"claimants":[\n${lines}\n]}\n`;
}

/** The record in a text; undefined, if it is none. */
export function parseShardRecord(text: string): ShardRecord | undefined {
  const value = parsedJson(text);
  if (!isRecord(value) || value["version"] !== 1) return undefined;
  const { index, count, input, made, claimants } = value;
  if (typeof index !== "number" || typeof count !== "number" || !Array.isArray(claimants)) return undefined;
  if (typeof input !== "string" || typeof made !== "string") return undefined;
  const read = claimants.map(claimantOf).filter((claimant) => claimant !== undefined);
  return read.length === claimants.length ? { index, count, input, made, claimants: read } : undefined;
}

function claimantOf(value: unknown): Claimant | undefined {
  if (!isRecord(value)) return undefined;
  const { name, namespace, at, things } = value;
  const place = placeOf(at);
  if (typeof name !== "string" || place === undefined || !Array.isArray(things)) return undefined;
  const read = things.map(thingOf).filter((thing) => thing !== undefined);
  if (read.length !== things.length) return undefined;
  return { name, ...(typeof namespace === "string" ? { namespace } : {}), at: () => place, things: read };
}

function thingOf(value: unknown): Claimant["things"][number] | undefined {
  if (!isRecord(value)) return undefined;
  const { key, label, fix } = value;
  if (typeof key !== "string" || typeof label !== "string") return undefined;
  return {
    key,
    label,
    ...(typeof fix === "string" ? { fix } : {}),
    ...(value["isCommon"] === true ? { isCommon: true } : {}),
  };
}

function placeOf(value: unknown): Place | undefined {
  if (!isRecord(value)) return undefined;
  const { file, line, column } = value;
  if (typeof file !== "string" || typeof line !== "number" || typeof column !== "number") return undefined;
  return { file, line, column };
}
