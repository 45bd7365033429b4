/** Where we and kustomize part: by the fixture that shows it. docs/composition.md has the same list for users. */
export type Difference =
  /** We refuse what kustomize lets pass, mostly without an effect. */
  | { readonly refused: string }
  /** We give another value, here. */
  | { readonly object: string; readonly path: readonly (string | number)[]; readonly ours: unknown };

export const differences: Readonly<Record<string, Difference>> = {
  "differences/all-annotations-replaced": {
    object: "v1 ConfigMap /p-settings",
    path: ["metadata", "labels"],
    ours: { a: "one" },
  },
  "differences/delete-from-primitive-list": { refused: "patch-failed" },
  "differences/field-without-a-value": {
    object: "apps/v1 Deployment /web",
    path: ["spec", "paused"],
    ours: null,
  },
  "differences/key-that-kubernetes-refuses": { refused: "generator-source" },
  "differences/keys-in-other-letter-case": { refused: "unknown-field" },
  "differences/label-of-a-selector": {
    object: "v1 Service /web",
    path: ["spec", "selector", "l"],
    ours: "inner",
  },
  "differences/label-of-a-template": {
    object: "apps/v1 Deployment /web",
    path: ["spec", "selector", "matchLabels", "l"],
    ours: "inner",
  },
  "differences/label-that-kubernetes-refuses": { refused: "wrong-format" },
  "differences/label-removed-with-a-target": {
    object: "v1 ConfigMap /settings",
    path: ["metadata", "labels"],
    ours: { app: "shop" },
  },
  "differences/mapping-into-a-text": { refused: "replacement" },
  "differences/number-too-long": { refused: "number-unfit" },
  "differences/patch-that-ends-in-a-block": {
    object: "v1 ConfigMap /settings",
    path: ["data", "a"],
    ours: "one\ntwo\n",
  },
  "differences/replacement-of-its-source": {
    object: "v1 ConfigMap /one",
    path: ["data", "b"],
    ours: "two-one",
  },
  "differences/retain-keys": { refused: "patch-failed" },
  "differences/set-element-order": { refused: "patch-failed" },
  "differences/text-that-becomes-another-type": {
    object: "v1 ConfigMap /settings",
    path: ["data", "c"],
    ours: "true",
  },
  "differences/words-that-are-booleans": { object: "v1 ConfigMap /c", path: ["data", "a"], ours: true },
  "images/tag-suffix": {
    object: "apps/v1 Deployment /web",
    path: ["spec", "template", "spec", "initContainers", 0, "image"],
    ours: "busybox:1.36-alpine",
  },
  "json-patch/path-without-slash": { refused: "patch-failed" },
  "json-patch/replace-absent": { refused: "patch-failed" },
  "merge-core/container-item-replaced": { refused: "patch-failed" },
  "merge-core/object-replaced": { refused: "patch-failed" },
  "merge-core/ports-tcp-written-out": { refused: "patch-failed" },
  "merge-core/ports-without-protocol": { refused: "patch-failed" },
  "merge-ours/cpo-spread-by-one-key": { refused: "patch-failed" },
  "merge-ours/tolerations-without-effect": { refused: "patch-failed" },
  "merge-ours/tolerations-without-key": { refused: "patch-failed" },
  "merge-ours/tolerations-without-key-same-effect": { refused: "patch-failed" },
  "replacements/select-by-expression": { refused: "replacement-target" },
  "replacements/source-delimiter": { object: "v1 ConfigMap /settings", path: ["data", "tag"], ours: "1.0" },
  "targets/expression-is-anchored": { refused: "patch-target" },
  "trees/list-kind": { refused: "resource-form" },
};
