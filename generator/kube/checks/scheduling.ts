import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import {
  bounded,
  dnsName,
  formed,
  labelKey,
  labelValue,
  text,
  trees,
  wrong,
  type Check,
  type Fault,
} from "./fault.ts";

const selectorRequirement: Check = (value) => {
  const operator = text(value["operator"]);
  if (operator !== "Gt" && operator !== "Lt" && operator !== "") return requirement(value);
  const says = `is ${JSON.stringify(operator)}, which a selector does not know`;
  return [
    { rule: "wrong-value", path: ["operator"], says, fix: "write In, NotIn, Exists or DoesNotExist" },
    ...formed(value, "key", labelKey),
  ];
};

/** The one field by which a node can be chosen is its name. */
const fieldRequirement = (value: Entries): readonly Fault[] => {
  const values: readonly unknown[] = Array.isArray(value["values"]) ? value["values"] : [];
  const operator = text(value["operator"]);
  if (value["key"] !== "metadata.name")
    return [
      wrong(
        ["key"],
        `is ${JSON.stringify(value["key"])}`,
        "write metadata.name: a node has no other field here",
      ),
    ];
  if (operator !== "In" && operator !== "NotIn")
    return [wrong(["operator"], `is ${JSON.stringify(operator)}`, "write In or NotIn")];
  if (values.length !== 1)
    return [
      wrong(["values"], `has ${values.length} names`, "write one, and a term of its own for each other"),
    ];
  return formed({ name: values[0] }, "name", dnsName).map((fault) => ({ ...fault, path: ["values", 0] }));
};

const nodeTerm: Check = (value) => [
  ...trees(value["matchFields"]).flatMap((field, index) =>
    fieldRequirement(field).map((fault) => ({ ...fault, path: ["matchFields", index, ...fault.path] })),
  ),
  ...trees(value["matchExpressions"]).flatMap((expression, index) =>
    requirement(expression).map((fault) => ({ ...fault, path: ["matchExpressions", index, ...fault.path] })),
  ),
];

const requirement: Check = (value) => {
  const operator = text(value["operator"]);
  const values = Array.isArray(value["values"]) ? value["values"] : [];
  const faults: Fault[] = [...formed(value, "key", labelKey)];
  const ofValues = (says: string, fix: string) =>
    faults.push(wrong(values.length === 0 ? [] : ["values"], says, fix));
  for (const [index, one] of values.entries())
    faults.push(
      ...formed({ one }, "one", labelValue).map((fault) => ({ ...fault, path: ["values", index] })),
    );
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) ofValues(`has the operator ${operator} and no values`, "list the values");
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0)
        ofValues(
          `does not go with operator: ${operator}`,
          `take values out, or write ${operator === "Exists" ? "In" : "NotIn"}`,
        );
      break;
    case "Gt":
    case "Lt":
      if (values.length !== 1 || !/^\d+$/.test(text(values[0])))
        ofValues(`compares by ${operator}, which takes one whole number`, 'write one, as in values: ["4"]');
      break;
    default: {
      const fix = "write In, NotIn, Exists or DoesNotExist";
      if (operator !== "")
        faults.push({ rule: "wrong-value", path: ["operator"], says: `is ${JSON.stringify(operator)}`, fix });
    }
  }
  return faults;
};

const selector: Check = (value) => labels(value, "matchLabels");

/** What is wrong with a mapping of labels. */
export function labels(value: Readonly<Record<string, unknown>>, field: string): readonly Fault[] {
  const mapping = value[field];
  if (!isRecord(mapping)) return [];
  return Object.keys(mapping).flatMap((key): readonly Fault[] => {
    const faults = formed(mapping, key, labelValue).map((fault) => ({ ...fault, path: [field, key] }));
    if (labelKey.accepts(key)) return faults;
    const says = "has a name that no label can have";
    return [...faults, { rule: "wrong-format", path: [field, key], says, fix: `write ${labelKey.words}` }];
  });
}

const toleration: Check = (value) => {
  const operator = text(value["operator"]);
  const faults: Fault[] = [];
  const ofField = (field: string, says: string, fix: string) =>
    faults.push(wrong(value[field] === undefined ? [] : [field], says, fix));
  if (text(value["key"]) === "" && operator !== "Exists")
    ofField(
      "operator",
      "has no key, which goes with the operator Exists alone",
      "write the taint's key, or operator: Exists for every taint",
    );
  if (operator === "Exists" && text(value["value"]) !== "")
    ofField(
      "value",
      "does not go with operator: Exists, which takes any value",
      "take value out, or write operator: Equal",
    );
  if ((operator === "Gt" || operator === "Lt") && !/^-?\d+$/.test(text(value["value"])))
    ofField("value", `is compared by ${operator}, which takes a whole number`, 'write one, as in "4"');
  if (value["tolerationSeconds"] !== undefined && value["effect"] !== "NoExecute")
    ofField(
      "tolerationSeconds",
      "goes with effect: NoExecute alone",
      "write effect: NoExecute, or take tolerationSeconds out",
    );
  return [
    ...faults,
    ...(text(value["key"]) === "" ? [] : formed(value, "key", labelKey)),
    ...formed(value, "value", labelValue),
  ];
};

const spread: Check = (value) => [
  ...bounded(value, "maxSkew", [1, Infinity]),
  ...bounded(value, "minDomains", [1, Infinity]),
  ...formed(value, "topologyKey", labelKey),
  ...(Array.isArray(value["matchLabelKeys"]) ? value["matchLabelKeys"] : []).flatMap((key, index) =>
    formed({ key }, "key", labelKey).map((fault) => ({ ...fault, path: ["matchLabelKeys", index] })),
  ),
  ...(value["minDomains"] !== undefined && value["whenUnsatisfiable"] !== "DoNotSchedule"
    ? [
        {
          rule: "wrong-value",
          path: ["minDomains"],
          says: "goes with whenUnsatisfiable: DoNotSchedule alone",
          fix: "take it out, or write DoNotSchedule",
        },
      ]
    : []),
];

const terms: Check = (value) =>
  Array.isArray(value["nodeSelectorTerms"]) && value["nodeSelectorTerms"].length === 0
    ? [
        {
          rule: "wrong-length",
          path: ["nodeSelectorTerms"],
          says: "is empty: no node would do",
          fix: "write at least one term",
        },
      ]
    : [];

export const schedulingChecks: Readonly<Record<string, Check>> = {
  LabelSelector: selector,
  LabelSelectorRequirement: selectorRequirement,
  NodeSelectorTerm: nodeTerm,
  NodeSelector: terms,
  PreferredSchedulingTerm: (value) => bounded(value, "weight", [1, 100]),
  WeightedPodAffinityTerm: (value) => bounded(value, "weight", [1, 100]),
  PodAffinityTerm: (value) => formed(value, "topologyKey", labelKey),
  Toleration: toleration,
  TopologySpreadConstraint: spread,
};
