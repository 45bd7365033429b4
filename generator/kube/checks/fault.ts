import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";

/** What the API server would refuse about a value, in words that follow the name of its field. */
export type Fault = {
  readonly rule: string;
  /** Keys and indexes from the value to what is wrong in it. */
  readonly path: readonly (string | number)[];
  /** E.g. `is "a", which …`. */
  readonly says: string;
  readonly fix: string;
  readonly severity?: "warning";
};

/** What is wrong with a value of one of Kubernetes' types, beyond the types of its fields. */
export type Check = (value: Entries) => readonly Fault[];

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A text, or a number as one writes it: Kubernetes takes both for an amount. */
export function amountText(value: unknown): string {
  return typeof value === "number" ? String(value) : text(value);
}

export function trees(value: unknown): readonly Entries[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The fault of a value with none of some fields, or with more than one. */
export function exactlyOne(value: Entries, fields: readonly string[], what: string): readonly Fault[] {
  const given = fields.filter((field) => value[field] !== undefined && value[field] !== null);
  if (given.length === 1) return [];
  const shown = fields.length > 8 ? `${fields.slice(0, 8).join(", ")} …` : fields.join(", ");
  return [
    {
      rule: "wrong-value",
      path: [],
      says:
        given.length === 0 ? `has no ${what}` : `has ${given.join(" and ")}, and can have one ${what} only`,
      fix: given.length === 0 ? `give one of ${shown}` : `keep one of them`,
    },
  ];
}

/** The fault of each item whose key an earlier one has too. */
export function twice(
  list: string,
  value: Entries,
  keyOf: (item: Entries) => string | undefined,
): readonly Fault[] {
  const seen = new Set<string>();
  return trees(value[list]).flatMap((item, index): Fault[] => {
    const key = keyOf(item);
    if (key === undefined || key === "" || !seen.has(key)) {
      if (key !== undefined) seen.add(key);
      return [];
    }
    return [
      {
        rule: "item-twice",
        path: [list, index],
        says: `is a second ${key}`,
        fix: "keep one of the two",
      },
    ];
  });
}

/** The fault of a number outside its bounds. */
export function bounded(
  value: Entries,
  field: string,
  [least, most]: readonly [number, number],
): readonly Fault[] {
  const number = value[field];
  if (typeof number !== "number" || (number >= least && number <= most)) return [];
  const bounds = most === Infinity ? `${least} or more` : `${least} to ${most}`;
  return [
    { rule: "wrong-value", path: [field], says: `is ${number}, it is ${bounds}`, fix: `write ${bounds}` },
  ];
}

/** The fault of a text that is not there, or empty. */
export function needed(value: Entries, field: string): readonly Fault[] {
  if (text(value[field]) !== "") return [];
  return [{ rule: "missing-field", path: [field], says: "is missing", fix: `add ${field}` }];
}

/** The fault of a path that leads out of the volume that it is in. */
export function relative(value: Entries, field: string): readonly Fault[] {
  const path = text(value[field]);
  if (!path.startsWith("/") && !path.split("/").includes("..")) return [];
  const says = `is ${JSON.stringify(path)}, which leaves the volume`;
  return [{ rule: "wrong-format", path: [field], says, fix: "write a relative path without .." }];
}

/** The faults of a value in a field, at their places. */
export function below(value: Entries, field: string, check: Check): readonly Fault[] {
  const inner = value[field];
  if (!isRecord(inner)) return [];
  return check(inner).map((fault) => ({ ...fault, path: [field, ...fault.path] }));
}

/** A fault in few words. */
export function wrong(path: Fault["path"], says: string, fix: string): Fault {
  return { rule: "wrong-value", path, says, fix };
}

/** The fault of a text that does not have the form it needs. */
export function formed(value: Entries, field: string, form: Form): readonly Fault[] {
  const given = value[field];
  if (typeof given !== "string" || form.accepts(given)) return [];
  return [
    {
      rule: "wrong-format",
      path: [field],
      says: `is ${JSON.stringify(given.slice(0, 60))}, which does not have the form it needs`,
      fix:
        form === portName && /^\d+$/.test(given) ? "write the number without quotes" : `write ${form.words}`,
    },
  ];
}

export type Form = { readonly accepts: (text: string) => boolean; readonly words: string };

export const dnsLabel: Form = {
  accepts: (name) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= 63,
  words: "small letters, digits and -, at most 63, as in log-shipper",
};

export const dnsName: Form = {
  accepts: (name) =>
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && name.length <= 253,
  words: "small letters, digits, - and ., as in orders or orders.example",
};

export const portName: Form = {
  accepts: (name) => /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 15,
  words: "small letters, digits and single hyphens, one letter at least, at most 15, as in http",
};

export const labelKey: Form = {
  accepts: (key) => {
    const [name = "", prefix, ...more] = key.split("/").reverse();
    const named = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name) && name.length <= 63;
    const domain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
    return (
      named && more.length === 0 && (prefix === undefined || (domain.test(prefix) && prefix.length <= 253))
    );
  },
  words: "letters, digits, -, _ and ., at most 63, as in app or example.com/app",
};

export const labelValue: Form = {
  accepts: (value) => /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value) && value.length <= 63,
  words: "letters, digits, -, _ and ., at most 63, as in shop or team-1",
};
