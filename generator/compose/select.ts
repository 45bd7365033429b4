import {
  everNamed,
  field,
  groupVersion,
  kindOf,
  nameOf,
  namespaceOf,
  original,
  textField,
} from "./document.ts";
import type { Doc } from "./document.ts";

/** What a patch, or a replacement, is for; an empty field selects everything. */
export type Selector = {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
};

/** A test for documents, or the text of the selector that cannot be read. */
export type Test = (doc: Doc) => boolean;

/** A part of a selector that cannot be read: which, what it says, and what to write. */
export type Bad = {
  readonly key: keyof Selector;
  readonly bad: string;
  readonly message: string;
  readonly fix: string;
};

/** Of a patch's target: names and the like are regular expressions for the whole of them. */
export function patternTest(selector: Selector): Test | Bad {
  const patterns = new Map<string, RegExp>();
  for (const key of ["group", "version", "kind", "name", "namespace"] as const) {
    const text = selector[key] ?? "";
    if (text === "") continue;
    try {
      // Go takes flags at the start of an expression.
      const [, flags = "", pattern = text] = /^\(\?([ims]+)\)([^]*)$/.exec(text) ?? [];
      patterns.set(key, new RegExp(`^(?:${pattern})$`, flags));
    } catch {
      return {
        key,
        bad: text,
        message: `${JSON.stringify(text)} is no regular expression`,
        fix: "write the whole name, or an expression for the whole of it, as in orders-.*",
      };
    }
  }
  const more = labelTests(selector);
  if ("bad" in more) return more;
  const fits = (key: string, ...texts: string[]): boolean => {
    const pattern = patterns.get(key);
    return pattern === undefined || texts.some((text) => pattern.test(text));
  };
  return (doc) => {
    const { group, version } = groupVersion(textField(doc.value, "apiVersion"));
    const first = original(doc);
    return (
      fits("kind", kindOf(doc)) &&
      fits("group", group) &&
      fits("version", version) &&
      fits("name", first.name, nameOf(doc)) &&
      fits("namespace", first.namespace, namespaceOf(doc)) &&
      more.every((test) => test(doc))
    );
  };
}

/** Of a replacement: names and the like are taken as they are written, and also find what had them before. */
export function exactTest(selector: Selector): Test | Bad {
  const more = labelTests(selector);
  if ("bad" in more) return more;
  return (doc) => selectedByName(selector, doc) && more.every((test) => test(doc));
}

/** Whether group, version, kind, name and namespace are those of a document, now or once. */
function selectedByName({ group, version, kind, name, namespace }: Selector, doc: Doc): boolean {
  const own = groupVersion(textField(doc.value, "apiVersion"));
  if (group && group !== own.group) return false;
  if (version && version !== own.version) return false;
  return everNamed(doc).some(
    (former) =>
      (!kind || kind === former.kind) &&
      (!name || name === former.name) &&
      (!namespace || namespace === former.namespace),
  );
}

function labelTests({ labelSelector, annotationSelector }: Selector): Test[] | Bad {
  const tests: Test[] = [];
  for (const [part, text] of [
    ["labels", labelSelector],
    ["annotations", annotationSelector],
  ] as const) {
    if (text === undefined || text === "") continue;
    const requirements = labelRequirements(text);
    if (requirements === undefined)
      return {
        key: part === "labels" ? "labelSelector" : "annotationSelector",
        bad: text,
        message: `${JSON.stringify(text)} is no selector`,
        fix: "write it as kubectl takes it, as in tier=prod or tier in (prod, dev)",
      };
    tests.push((doc) => {
      const map = field(doc.value["metadata"], part);
      return requirements.every((holds) => holds(map));
    });
  }
  return tests;
}

type Requirement = (map: unknown) => boolean;

const LABEL = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const EXISTS = new RegExp(String.raw`^(!?)\s*(${LABEL})$`);
const EQUALS = new RegExp(String.raw`^(${LABEL})\s*(=|==|!=|>|<)\s*(${VALUE})$`);
const SET = new RegExp(String.raw`^(${LABEL})\s+(in|notin)\s*\(\s*(.*?)\s*\)$`);

/** The requirements of a selector as kubectl writes it (`tier=prod,!legacy,zone in (a, b)`); undefined for what is none. */
function labelRequirements(text: string): Requirement[] | undefined {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const requirements = parts.map(requirement);
  return requirements.every((one) => one !== undefined) ? requirements : undefined;
}

function requirement(text: string): Requirement | undefined {
  const [, not, exists] = EXISTS.exec(text) ?? [];
  if (exists !== undefined) return (map) => (field(map, exists) !== undefined) === (not === "");
  const [, key, operator, value = ""] = EQUALS.exec(text) ?? [];
  if (key !== undefined) {
    if (operator === ">" || operator === "<") return compared(key, operator, value);
    return operator === "!="
      ? (map) => field(map, key) === undefined || textField(map, key) !== value
      : (map) => field(map, key) !== undefined && textField(map, key) === value;
  }
  const [, label, membership, list = ""] = SET.exec(text) ?? [];
  if (label === undefined) return undefined;
  const values = new Set(list.split(",").map((one) => one.trim()));
  return membership === "in"
    ? (map) => field(map, label) !== undefined && values.has(textField(map, label))
    : (map) => field(map, label) === undefined || !values.has(textField(map, label));
}

function compared(key: string, operator: ">" | "<", value: string): Requirement | undefined {
  if (!/^-?\d+$/.test(value)) return undefined;
  return (map) => {
    const own = textField(map, key);
    if (!/^-?\d+$/.test(own)) return false;
    return operator === ">" ? Number(own) > Number(value) : Number(own) < Number(value);
  };
}
