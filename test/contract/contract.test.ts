import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";
import { byCodePoint, objectsOf, type Tree } from "../support/object.ts";
import { cases, refused, type Case } from "./cases.ts";
import { differences, later, objectsLater } from "./differences.ts";
import { facts } from "./facts.ts";
import { kinds, projection, promisedSecrets, title, type Leaves } from "./projection.ts";

type Objects = Readonly<Record<string, Leaves>>;
type Miss = { readonly object: string; readonly path: string; readonly cpo: unknown; readonly ours: unknown };

const input = (name: string): File => ({
  path: `${name}.yaml`,
  text: readFileSync(new URL(`inputs/${name}.yaml`, import.meta.url), "utf8"),
});
const operator = input("operator/configuration");

/** With CPO's own defaults, and with the configuration spelt out that the operator ran with. */
const fleets: readonly (readonly [string, readonly File[]])[] = [
  ["without an OperatorConfiguration", []],
  ["with the operator's OperatorConfiguration", [operator]],
];

function expected({ values, absent = [], other = {} }: Case): Objects {
  const objects = Object.entries(facts).flatMap(([object, leaves]): [string, Leaves][] => {
    if (object.startsWith("PodDisruptionBudget") && Number(values["instances"]) < 2) return [];
    const ordinals = object.includes("{ordinal}") ? Number(values["instances"]) : 1;
    return Array.from({ length: ordinals }, (_, ordinal) => {
      const fill = (text: string) =>
        text.replace(/\{(\w+)\}/g, (_match, word: string) => String(known[word]));
      const known: Readonly<Record<string, unknown>> = { ...values, ordinal };
      const filled = Object.entries(leaves).map(([path, value]) => {
        const whole = typeof value === "string" ? /^\{(\w+)\}$/.exec(value)?.[1] : undefined;
        if (whole !== undefined) return [fill(path), known[whole]] as const;
        return [fill(path), typeof value === "string" ? fill(value) : value] as const;
      });
      return [fill(object), { ...Object.fromEntries(filled), ...other[fill(object)] }];
    });
  });
  const more = Object.entries(other).filter(([name]) => !objects.some(([object]) => object === name));
  return Object.fromEntries([...objects, ...more].filter(([object]) => !absent.includes(object)));
}

function rendered(files: readonly File[]): { objects: Objects; warnings: readonly string[] } {
  const { files: output, problems } = render(files);
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
  const objects = objectsOf(output);
  const secrets = objects.filter((object) => object["kind"] === "Job").flatMap(promisedSecrets);
  const named = [...objects, ...secrets].map((object): [string, Tree] => [title(object), object]);
  return {
    objects: Object.fromEntries(named.map(([name, object]) => [name, projection(object)])),
    warnings: problems.filter(({ rule }) => rule === "not-rendered-yet").map(({ message }) => message),
  };
}

function misses(cpo: Objects, ours: Objects): Miss[] {
  return Object.entries(cpo).flatMap(([object, leaves]) => {
    const own = ours[object] ?? {};
    const paths = [...new Set([...Object.keys(leaves), ...Object.keys(own)])];
    return paths
      .filter((path) => JSON.stringify(leaves[path]) !== JSON.stringify(own[path]))
      .map((path) => ({ object, path, cpo: leaves[path], ours: own[path] }));
  });
}

const explains =
  ({ object, path }: Miss) =>
  (difference: { object: RegExp; path: RegExp }) =>
    difference.object.test(object) && difference.path.test(path);

it.each(refused)("$input is refused: $reason", (example) => {
  const { files, problems } = render([input(example.input)]);

  expect(problems.filter(({ severity }) => severity === "error").map(({ rule }) => rule)).toEqual([
    example.rule,
  ]);
  expect(files).toEqual([]);
});

const seen = new Set<RegExp>();
let compared = 0;
let different = 0;

describe.each(fleets)("a cluster of CPO's, %s", (_name, fleet) => {
  it.each(cases)("$input has the operator's names, labels, ports and sizes", (example) => {
    const cpo = expected(example);

    const { objects, warnings } = rendered([input(example.input), ...fleet]);

    const all = misses(cpo, objects);
    const unexplained = all.filter((miss) => {
      const known =
        differences.find(explains(miss)) ??
        later.find((entry) => explains(miss)(entry) && warnings.some((text) => entry.field.test(text)));
      if (known !== undefined) seen.add(known.path);
      return known === undefined;
    });
    compared += Object.values(cpo).reduce((sum, leaves) => sum + Object.keys(leaves).length, 0);
    different += all.length;
    expect(unexplained).toEqual([]);
  });

  it.each(cases)("$input has no Service, claim or budget that the operator would not make", (example) => {
    const { objects } = rendered([input(example.input), ...fleet]);

    const ours = Object.keys(objects).filter((object) => kinds.includes(object.split(" ")[0] ?? ""));
    const cpo = Object.keys(expected({ ...example, absent: [] }));
    expect(ours.toSorted(byCodePoint)).toEqual(cpo.toSorted(byCodePoint));
  });

  it.each(cases)("$input has a warning for each object that is not rendered yet", (example) => {
    const { warnings } = rendered([input(example.input), ...fleet]);

    const unexplained = example.besides.filter((object) => {
      const known = objectsLater.find(
        (entry) =>
          entry.object.test(object) &&
          (entry.field === undefined || warnings.some((text) => entry.field?.test(text))),
      );
      if (known !== undefined) seen.add(known.object);
      return known === undefined;
    });
    expect(unexplained).toEqual([]);
  });
});

it("has no difference in its list that does not occur", () => {
  const listed = [...differences, ...later].map(({ path }) => path);
  const objects = objectsLater.map(({ object }) => object);

  expect([...listed, ...objects].filter((pattern) => !seen.has(pattern))).toEqual([]);
  process.stdout.write(
    `contract: ${compared} facts of CPO's compared in ${cases.length} clusters x ${fleets.length} configurations, ` +
      `${compared - different} equal, ${different} different on purpose\n`,
  );
});
