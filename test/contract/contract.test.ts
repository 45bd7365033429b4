import { describe, expect, it } from "vitest";
import type { File } from "../../generator/file.ts";
import { render } from "../../generator/render.ts";
import { byCodePoint, objectsOf, type Tree } from "../support/object.ts";
import { differences, later, refused, type Difference } from "./differences.ts";
import { cases, read, type Case, type Profile } from "./facts.ts";
import { projection, promisedSecrets, title, type Leaves } from "./projection.ts";

type Objects = Readonly<Record<string, Leaves>>;
type Fact = { readonly object: string; readonly path: string; readonly cpo: unknown; readonly ours: unknown };

const operator = (name: string): File => ({
  path: "operator.yaml",
  text: read(`inputs/operator/${name}.yaml`),
});

/** Each manifest of CPO's with the configuration that the operator had, and those of `live` also with our own defaults. */
const runs: readonly (readonly [string, Profile, readonly File[]])[] = [
  ["live, without an OperatorConfiguration", "live", []],
  ["live", "live", [operator("configuration")]],
  ["chart", "chart", [operator("chart")]],
  ["tutorial", "tutorial", [operator("tutorial")]],
];

function rendered(files: readonly File[]): { objects: Objects; warnings: readonly string[] } {
  const { files: output, problems } = render(files);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const objects = objectsOf(output);
  const secrets = objects.filter((object) => object["kind"] === "Job").flatMap(promisedSecrets);
  const named = [...objects, ...secrets].map((object): [string, Tree] => [title(object), object]);
  return {
    objects: Object.fromEntries(named.map(([name, object]) => [name, projection(object)])),
    warnings: problems.filter(({ rule }) => rule === "not-rendered-yet").map(({ message }) => message),
  };
}

function facts(cpo: Objects, ours: Objects): Fact[] {
  return Object.entries(cpo).flatMap(([object, leaves]) =>
    Object.entries(leaves).map(([path, value]) => ({ object, path, cpo: value, ours: ours[object]?.[path] })),
  );
}

/** What we say of an object of CPO's beyond what CPO says. */
function additions(cpo: Objects, ours: Objects): Fact[] {
  return Object.entries(ours).flatMap(([object, leaves]) =>
    Object.entries(leaves)
      .filter(([path]) => cpo[object] !== undefined && !(path in cpo[object]))
      .map(([path, value]) => ({ object, path, cpo: undefined, ours: value })),
  );
}

const counts = { facts: 0, hold: 0, purpose: 0, refused: 0, later: 0, miss: 0 };
const seen = new Set<Difference>();

function known<T extends Difference>(list: readonly T[], fact: Fact, holds: (entry: T) => boolean): boolean {
  const found = list
    .filter((entry) => entry.object.test(fact.object) && entry.path.test(fact.path))
    .find(holds);
  if (found !== undefined) seen.add(found);
  return found !== undefined;
}

type Applies = (difference: Difference) => boolean;

/** The facts that do not hold and that nothing explains. */
function misses(example: Case, { objects, warnings }: ReturnType<typeof rendered>, applies: Applies): Fact[] {
  const all = facts(example.objects, objects);
  const missed = all.filter((fact) => {
    if (JSON.stringify(fact.cpo) === JSON.stringify(fact.ours)) counts.hold += 1;
    else if (known(later, fact, ({ field }) => warnings.some((text) => field.test(text)))) counts.later += 1;
    else if (known(differences, fact, applies)) counts.purpose += 1;
    else return true;
    return false;
  });
  counts.facts += all.length;
  counts.miss += missed.length;
  return missed;
}

describe.each(runs)("%s", (_name, profile, fleet) => {
  const applies: Applies = ({ profile: only }) => only === undefined || profile !== "live";
  const rest = cases(profile).filter(({ input }) => !refused.some((entry) => entry.input === input));

  it.each(rest)("$input is what CPO made of it", (example) => {
    expect(misses(example, rendered([example.file, ...fleet]), applies)).toEqual([]);
  });

  it.each(rest)("$input has nothing that is not CPO's without a reason", (example) => {
    const { objects } = rendered([example.file, ...fleet]);

    // The generators' output is without what an API server fills in.
    const more = profile === "live" ? additions(example.objects, objects) : [];
    expect(more.filter((fact) => !known(differences, fact, applies))).toEqual([]);
    // The generators make neither claims nor what the operator makes beside them.
    const shared =
      profile === "live"
        ? /^(StatefulSet|Service|PersistentVolumeClaim|PodDisruptionBudget|Secret) /
        : /^(StatefulSet|Service|PodDisruptionBudget) /;
    const foreign = Object.keys(objects)
      .filter((object) => shared.test(object))
      .filter((object) => example.objects[object] === undefined)
      .filter((object) => !known(differences, { object, path: "", cpo: undefined, ours: object }, applies));
    expect(foreign.toSorted(byCodePoint)).toEqual([]);
  });

  it.each(cases(profile).filter(({ input }) => refused.some((entry) => entry.input === input)))(
    "$input is refused",
    (example) => {
      const { files, problems } = render([example.file, ...fleet]);

      const rule = refused.find(({ input }) => input === example.input)?.rule;
      expect(problems.filter(({ severity }) => severity === "error").map((problem) => problem.rule)).toEqual([
        rule,
      ]);
      expect(files).toEqual([]);
      const all = facts(example.objects, {}).length;
      counts.facts += all;
      counts.refused += all;
    },
  );
});

it("has no difference in its list that does not occur", () => {
  expect([...differences, ...later].filter((entry) => !seen.has(entry))).toEqual([]);
});

it("holds to 99 of 100 facts that are not different on purpose", () => {
  const { facts: all, hold, purpose, refused: ofRefused, later: ofLater, miss } = counts;
  const measured = all - purpose - ofRefused - ofLater;
  process.stdout.write(
    `contract: ${all} facts of CPO's in ${runs.length} runs: ${hold} hold, ${miss} do not ` +
      `(${((100 * hold) / measured).toFixed(2)} % of ${measured}); ${purpose} are different on purpose, ` +
      `${ofRefused} of refused manifests, ${ofLater} of what later versions render\n`,
  );
  expect(hold / measured).toBeGreaterThanOrEqual(0.99);
});
