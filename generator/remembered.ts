import type { Cluster, Fleet } from "./cluster/cluster.ts";
import type { OutputUse } from "./compose/output.ts";
import type { Patch } from "./compose/read-patch.ts";
import { once } from "./once.ts";
import type { LoadFile } from "./pipeline/load.ts";
import type { Source } from "./pipeline/source.ts";
import { render, steps } from "./render.ts";
import type { Ground, Made, Steps } from "./render.ts";

/**
 * A render that remembers its steps of the run before: it gives what `render` gives, in a fraction of the time where
 * most files are as they were. What a step depends on is its key, whole; what is not asked for in a run is forgotten.
 */
export function rememberingRender(): typeof render {
  const loaded = memory<ReturnType<LoadFile>>();
  const validated = memory<ReturnType<Steps["validate"]>>();
  const resolved = memory<Cluster>();
  const built = memory<Remembered>();
  const fleets = memory<number>();
  let known = 0;
  return (files, scope) => {
    for (const each of [loaded, validated, resolved, built, fleets]) each.turn();
    const textOf = once(({ value }: Source) => exact(value));
    const patchOf = once(patchText);
    const fleetOf = once((fleet: Fleet) => fleets.of(exact(fleet), () => (known += 1)));
    const keyOf = (source: Source, fleet: Fleet) =>
      `${fleetOf(fleet)} ${JSON.stringify(source.folder)} ${textOf(source)}`;
    return render(files, scope, {
      loadFile: (file, accept) =>
        loaded.of(`${accept} ${file.path}\n${file.text}`, () => steps.loadFile(file, accept)),
      // A problem has a place, which may have moved while the values stayed: what has one is done again.
      validate: (source) => {
        const result = validated.of(textOf(source), () => steps.validate(source), isSilent);
        return result.valid === undefined || !isSilent(result)
          ? result
          : { ...result, valid: { ...result.valid, source } };
      },
      resolve: (document, source, fleet) => {
        let problems: ReturnType<Steps["resolve"]>["problems"] = [];
        const cluster = resolved.of(
          keyOf(source, fleet),
          () => {
            const result = steps.resolve(document, source, fleet);
            problems = result.problems;
            return result.cluster;
          },
          () => problems.length === 0,
        );
        return {
          cluster: { ...cluster, fleet, at: () => source.placeOf(["metadata", "name"], "value") },
          problems,
        };
      },
      build: (cluster, ground) => {
        const { source, patches, uses, isWanted } = ground;
        const key = [keyOf(source, cluster.fleet), ...patches.map(patchOf)].join("\n");
        const { made, met } = built.of(
          key,
          () => remembered(cluster, ground),
          ({ made: { problems } }) => problems.length === 0,
        );
        for (const [index, patch] of patches.entries())
          uses.set(patch, (uses.get(patch) ?? 0) + (met[index] ?? 0));
        return { ...made, cluster, files: isWanted ? made.files : [] };
      },
    });
  };
}

/** What a build gave, and how often each of its patches met something. */
type Remembered = { readonly made: Made; readonly met: readonly number[] };

function remembered(cluster: Cluster, { source, patches }: Ground): Remembered {
  const uses: OutputUse = new Map();
  // In full, also while another cluster has a mistake: once that is mended, all is there.
  const made = steps.build(cluster, { source, patches, uses, isWanted: true });
  return { made, met: patches.map((patch) => uses.get(patch) ?? 0) };
}

function isSilent({ problems }: { readonly problems: readonly unknown[] }): boolean {
  return problems.length === 0;
}

type Memory<T> = {
  /** What is known by this key, or what is made now, and kept if it may be. */
  readonly of: (key: string, make: () => T, mayKeep?: (made: T) => boolean) => T;
  /** Begins another run: what this one does not ask for is gone after it. */
  readonly turn: () => void;
};

function memory<T>(): Memory<T> {
  let before = new Map<string, T>();
  let now = new Map<string, T>();
  return {
    of: (key, make, mayKeep = () => true) => {
      const known = now.get(key) ?? before.get(key);
      const value = known ?? make();
      if (known !== undefined || mayKeep(value)) now.set(key, value);
      return value;
    },
    turn: () => {
      before = now;
      now = new Map();
    },
  };
}

/** A text that two values share only if they are equal. JSON has one `null` for all that is no number. */
function exact(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes("null")
    ? JSON.stringify(value, (_key, entry: unknown) =>
        typeof entry === "number" && !Number.isFinite(entry) ? { "\0": String(entry) } : entry,
      )
    : text;
}

/** All that a patch does. Where it stands is left out: that is part of problems alone. */
function patchText({ content, selector, allowNameChange, allowKindChange, old }: Patch): string {
  const changes =
    content.kind === "merge"
      ? content.documents.map(({ whole, change }) => [whole.value, change.value])
      : content.list.map(({ op, path, from, value }) => [op, path, from, value?.value]);
  return exact([content.kind, changes, selector, allowNameChange, allowKindChange, old]);
}
