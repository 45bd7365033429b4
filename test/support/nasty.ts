/** Values that a spec can come with by mistake or by malice, and ways to spoil one with them. */
import fc from "fast-check";
import { isTree } from "./object.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Path = readonly (string | number)[];

const texts = [
  ..."on off yes no y n null ~ true 0 -1 12_000 0x1f 1e3 1:30 .inf .nan 5Gi 500m 18".split(" "),
  ..."../../etc/passwd ..\\.. /abs a/../b . .. {{line}} {{#if}} {cluster} {username} $& $1 ${HOME} $(ls)".split(
    " ",
  ),
  ..."__proto__ constructor toString hasOwnProperty prototype".split(" "),
  "",
  " ",
  "a b",
  "a: b",
  "- a",
  "'",
  '"',
  "\\",
  "%t [%p]",
  "# a",
  "a\nport: 1",
  "a\r\nlisten: x",
  "first\n\nsecond\n",
  "\t",
  "\u0000",
  "\u001b[31m",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\ud800",
  "Größe 😀 日本語",
  "\u202eevil",
  "a".repeat(64),
  "x".repeat(5000),
  "-".repeat(300),
  "1".repeat(400),
];

const numbers = [0, -0, -1, 1, 2, 19, 20, 257, 65_536, 1.5, 1e21, 2 ** 31, Number.MAX_SAFE_INTEGER, 1e-7];

function deep(levels: number): Json {
  let value: Json = "bottom";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

const structures: readonly Json[] = [
  {},
  [],
  [[]],
  [{}],
  { a: {} },
  deep(20),
  deep(63),
  deep(200),
  Array.from({ length: 2000 }, (_, index) => index),
  Array.from({ length: 300 }, () => ({ name: "a", value: "b" })),
  Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, "v"])),
];

/** Text, mostly odd. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...texts),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** Any value, mostly of the wrong type. */
const nasty: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: nastyText },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(...structures) },
);

/** Every place in a document, the root not among them. */
export function paths(value: Json, path: Path = []): readonly Path[] {
  const inner: readonly (readonly [string | number, Json])[] = isList(value)
    ? [...value.entries()]
    : isTree(value)
      ? Object.entries(value)
      : [];
  return inner.flatMap(([step, item]) => [[...path, step], ...paths(item, [...path, step])]);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export type Change =
  | { readonly kind: "drop" | "twice" }
  | { readonly kind: "replace"; readonly value: Json }
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "add"; readonly name: string; readonly value: Json };

/** The document with one place changed; the same document if the place is not there any more. */
export function changed(value: Json, path: Path, change: Change): Json {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== "object") return value;
  const here = rest.length === 0;
  if (isList(value)) {
    return value.flatMap((item, index): Json[] => {
      if (index !== step) return [item];
      if (!here) return [changed(item, rest, change)];
      switch (change.kind) {
        case "drop":
          return [];
        case "twice":
          return [item, item];
        case "replace":
        case "add":
          return [change.value];
        case "rename":
          return [change.name];
      }
    });
  }
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    if (key !== step) return [[key, item]];
    if (!here) return [[key, changed(item, rest, change)]];
    switch (change.kind) {
      case "drop":
        return [];
      case "twice":
        return [
          [key, item],
          [`${key}2`, item],
        ];
      case "replace":
        return [[key, change.value]];
      case "rename":
        return [[change.name, item]];
      case "add":
        return [
          [key, item],
          [change.name, change.value],
        ];
    }
  });
  return Object.fromEntries(entries);
}

const plausible: readonly Json[] = [
  ..."a b-1 x_y on 12_000 17 5Gi 500m it's %p $1 {cluster}".split(" "),
  "",
  "a: b",
  "# a",
  '"',
  ...numbers.filter((number) => number >= 0 && number < 300),
  30,
  true,
  false,
  {},
  [],
];

/** A change that leaves many documents valid: what is rendered has to be odd too, not only what is refused. */
export const gentle: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Change>({ kind: "drop" }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Json>(...plausible).map((value): Change => ({ kind: "replace", value })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Change>({ kind: "rename", name: "b" }, { kind: "rename", name: "on" }),
  },
);

/** One of the changes. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Change>({ kind: "drop" }, { kind: "twice" }) },
  { weight: 5, arbitrary: nasty.map((value): Change => ({ kind: "replace", value })) },
  { weight: 1, arbitrary: nastyText.map((name): Change => ({ kind: "rename", name })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("add" as const), name: nastyText, value: nasty }) },
);
