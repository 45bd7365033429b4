import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import { bytes, millicores } from "../quantity.ts";
import { labelKey, text, twice, wrong, type Check, type Fault } from "./fault.ts";

const standard = /^(cpu|memory|ephemeral-storage|hugepages-(?<size>.+))$/;

function known(name: string): boolean {
  const { size } = standard.exec(name)?.groups ?? {};
  if (standard.test(name)) return size === undefined || (bytes(size) ?? 0n) > 0n;
  return name.includes("/") && labelKey.accepts(name);
}

/** What a device plugin counts, and huge pages: whole ones, and none beyond what is asked for. */
function isCounted(name: string): boolean {
  return name.startsWith("hugepages-") || (name.includes("/") && !/(^|\.)kubernetes\.io\//.test(name));
}

function amounts(value: Entries, field: string): readonly (readonly [string, string])[] {
  const given = value[field];
  return isRecord(given) ? Object.entries(given).map(([name, amount]) => [name, String(amount)]) : [];
}

export const resources: Check = (value) => {
  const limits = new Map(amounts(value, "limits"));
  const fields = ["limits", "requests"].flatMap((field) =>
    amounts(value, field).flatMap(([name, amount]): Fault[] => {
      if (!known(name)) {
        return [
          wrong(
            [field, name],
            "is no resource",
            "write cpu, memory, ephemeral-storage, or a name with its domain, as in example.com/gpu",
          ),
        ];
      }
      const parts = millicores(amount);
      if (!isCounted(name) || name.startsWith("hugepages-") || parts === undefined || parts % 1000n === 0n)
        return [];
      return [wrong([field, name], `is ${amount}, and devices are whole`, "write a whole number")];
    }),
  );
  return [
    ...fields,
    ...amounts(value, "requests").flatMap(([name, request]): Fault[] => {
      const limit = limits.get(name);
      const measure = name === "cpu" ? millicores : bytes;
      const [asked, most] = [measure(request), measure(limit ?? "")];
      if (!known(name) || asked === undefined) return [];
      if (isCounted(name) && asked !== most) {
        const says = `is ${request}, its limit is ${limit ?? "missing"}, and they have to be the same`;
        return [wrong(["requests", name], says, `write the same under limits`)];
      }
      if (most === undefined || asked <= most) return [];
      const says = `is ${request}, over the limit of ${String(limit)}`;
      return [
        { rule: "request-over-limit", path: ["requests", name], says, fix: "lower it, or raise the limit" },
      ];
    }),
  ];
};

const word = (value: Entries, field: string, words: readonly string[]): readonly Fault[] =>
  words.includes(text(value[field]))
    ? []
    : [
        wrong(
          [field],
          `is ${JSON.stringify(value[field] ?? "")}, it must be one of ${words.join(", ")}`,
          "write one of these",
        ),
      ];

export const resize: Check = (value) => [
  ...word(value, "resourceName", ["cpu", "memory"]),
  ...word(value, "restartPolicy", ["NotRequired", "RestartContainer"]),
];

export const resizedOnce: Check = (value) =>
  twice("resizePolicy", value, ({ resourceName }) => `policy for ${text(resourceName)}`);
