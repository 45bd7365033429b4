import fc from "fast-check";
import type { Subject } from "./random-objects.ts";

/*
 * Replacements: a value of one object goes to fields of others. Where kustomize and we part on purpose (docs/composition.md)
 * none goes: values go to fields of their type, a text that YAML would take for something else goes nowhere, and the targets
 * select something.
 */

type Value = Readonly<Record<string, unknown>>;
type Paths = Readonly<Record<string, readonly string[]>>;

const workload = {
  texts: [
    "spec.template.spec.containers.[name=app].image",
    "spec.template.spec.containers.0.image",
    "spec.template.spec.serviceAccountName",
    "spec.template.spec.containers.[name=app].env.[name=A].value",
  ],
  numbers: ["spec.replicas"],
  maps: ["spec.template.metadata.labels", "spec.template.spec.nodeSelector"],
};

const ours = {
  texts: [
    "spec.dockerImage",
    "spec.teamId",
    "spec.postgresql.version",
    "spec.env.[name=A].value",
    "spec.sidecars.[name=side].image",
    "spec.clone.cluster",
  ],
  numbers: ["spec.numberOfInstances", "spec.patroni.ttl"],
  maps: ["spec.podAnnotations", "spec.postgresql.parameters"],
};

const ofKind: Readonly<Record<string, Paths>> = {
  Deployment: workload,
  StatefulSet: workload,
  PostgresCluster: ours,
  postgresql: ours,
  ConfigMap: { texts: ["data.a", "data.[c.d]", "data.c\\.d"], maps: ["data"] },
  Service: {
    texts: ["spec.type", "spec.selector.a"],
    numbers: ["spec.ports.0.port"],
    maps: ["spec.selector"],
  },
};

const ofAll: Paths = {
  texts: ["metadata.name", "metadata.labels.a", "metadata.annotations.b"],
  numbers: [],
  // Not the annotations: while kustomize works, its own notes are among them (docs/composition.md).
  maps: ["metadata.labels"],
};

/** Of the texts, those that are names, words and images, and their fields alone. */
const sources: Readonly<Record<string, readonly string[]>> = {
  Deployment: workload.texts.slice(0, 3),
  StatefulSet: workload.texts.slice(0, 3),
  PostgresCluster: [
    "spec.dockerImage",
    "spec.teamId",
    "spec.clone.cluster",
    "spec.sidecars.[name=side].image",
  ],
  Service: ["spec.type"],
};

const types = ["texts", "texts", "texts", "numbers", "maps"] as const;

function pathsOf(kind: string, type: string): readonly string[] {
  return [...(ofAll[type] ?? []), ...(ofKind[kind]?.[type] ?? [])];
}

export function replacements(subjects: readonly Subject[]): fc.Arbitrary<unknown> {
  const drawn = fc.constantFrom(...types).chain((type) => {
    const able = subjects.filter(({ kind }) => pathsOf(kind, type).length > 0);
    return able.length > 0 ? replacement(type, able) : replacement("texts", subjects);
  });
  return fc.array(drawn, { minLength: 1, maxLength: 2 });
}

function replacement(wanted: string, subjects: readonly Subject[]): fc.Arbitrary<Value> {
  return fc.constantFrom(...subjects).chain((of) => {
    const others = subjects.filter(({ name, kind }) => name !== of.name && kind !== of.kind);
    const type = others.length > 0 ? wanted : "texts";
    const source = having(
      { name: fc.constant(of.name), kind: fc.constant(of.kind) },
      { fieldPath: fc.constantFrom(...sourcesOf(of.kind, type)), options: part(type, ["/", "-"]) },
      { fieldPath: type === "texts" ? 8 : 10 },
    );
    // Not itself: what a replacement makes of its own source counts for the next target in kustomize.
    const one = fc
      .constantFrom(...(others.length > 0 ? others : subjects))
      .chain((to) => target(to, { type: others.length > 0 ? type : "fresh", subjects }));
    return fc.record({ source, targets: fc.array(one, { minLength: 1, maxLength: 2 }) });
  });
}

function target(
  of: Subject,
  { type, subjects }: { type: string; subjects: readonly Subject[] },
): fc.Arbitrary<Value> {
  const { kind, name, apiVersion } = of;
  const others = subjects.filter((other) => other.name !== name);
  const version = apiVersion.split("/").at(-1) ?? "";
  const rejected = fc.constantFrom<Value>(
    ...others.map((other) => ({ name: other.name, kind: other.kind })),
    { name: "elsewhere", labelSelector: "a=none" },
  );
  const fresh = ["metadata.annotations.made", "metadata.labels.made"];
  const everywhere =
    type === "texts" && (kind === "Deployment" || kind === "StatefulSet")
      ? ["spec.template.spec.containers.*.image", "spec.template.spec.containers.[name=a|s].image"]
      : [];
  const all = [...pathsOf(kind, type), ...(type === "texts" || type === "fresh" ? fresh : []), ...everywhere];
  return having(
    { select: fc.constantFrom<Value>({ kind, name }, { kind, name, version }, { kind }) },
    {
      reject: rejected.map((one) => [one]),
      fieldPaths: fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 }),
      options: fc
        // A number in a field that is made has no type in kustomize: a later layer may take it for a text.
        .tuple(
          type === "numbers" ? fc.constant({}) : fc.record({ create: fc.boolean() }, { requiredKeys: [] }),
          part(type, ["/", ":", "-"]),
        )
        .map(([create, rest]) => ({ ...create, ...rest })),
    },
    { fieldPaths: 10, options: 5 },
  );
}

function sourcesOf(kind: string, type: string): readonly string[] {
  return type === "texts" ? ["metadata.name", ...(sources[kind] ?? [])] : pathsOf(kind, type);
}

/** The part of a text that is meant. */
function part(type: string, delimiters: readonly string[]): fc.Arbitrary<Value> {
  if (type !== "texts") return fc.constant({});
  return fc.oneof(
    fc.constant<Value>({}),
    fc.record({ delimiter: fc.constantFrom(...delimiters), index: fc.integer({ min: 0, max: 2 }) }),
  );
}

/** All that have to be there, and of the others each as often as its weight says, of ten. */
function having(
  required: Record<string, fc.Arbitrary<unknown>>,
  more: Record<string, fc.Arbitrary<unknown>>,
  weights: Readonly<Record<string, number>> = {},
): fc.Arbitrary<Value> {
  const optional = Object.entries(more).map(([key, value]) =>
    fc
      .tuple(fc.integer({ min: 1, max: 10 }), value)
      .map(([draw, found]): [string, unknown][] => (draw <= (weights[key] ?? 3) ? [[key, found]] : [])),
  );
  return fc
    .tuple(fc.record(required), ...optional)
    .map(([first, ...rest]) => ({ ...first, ...Object.fromEntries(rest.flat()) }));
}
