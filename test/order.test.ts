import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { folderOf } from "../generator/file.ts";
import { render } from "../generator/render.ts";
import { filesIn } from "./support/files.ts";
import { at, isTree, items, objectsOf, textAt, type Tree } from "./support/object.ts";

const golden = fileURLToPath(new URL("golden", import.meta.url));

/** All values of a key, at any depth. */
function valuesOf(value: unknown, key: string): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, key));
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) => [
    ...(name === key ? [entry] : []),
    ...valuesOf(entry, key),
  ]);
}

/** What the pods of an object wait for before they start, as `Kind name`. */
function needs(object: Tree): readonly string[] {
  const found = ["template", "jobTemplate"].flatMap((key) => valuesOf(object["spec"], key).slice(0, 1));
  const [pod] = found.map((template) => at(template, "spec", "template", "spec") ?? at(template, "spec"));
  const named = (kind: string, values: readonly unknown[], key: string) =>
    values.filter((value) => at(value, "optional") !== true).map((value) => `${kind} ${textAt(value, key)}`);
  return [
    ...named(
      "ServiceAccount",
      [pod].filter((spec) => textAt(spec, "serviceAccountName") !== ""),
      "serviceAccountName",
    ),
    ...named(
      "ConfigMap",
      [...valuesOf(pod, "configMap"), ...valuesOf(pod, "configMapRef"), ...valuesOf(pod, "configMapKeyRef")],
      "name",
    ),
    ...named("Secret", [...valuesOf(pod, "secretRef"), ...valuesOf(pod, "secretKeyRef")], "name"),
    ...valuesOf(pod, "secret").flatMap((source) =>
      named("Secret", [source], textAt(source, "name") === "" ? "secretName" : "name"),
    ),
    ...named("PersistentVolumeClaim", valuesOf(pod, "persistentVolumeClaim"), "claimName"),
    ...claims(object),
  ];
}

/** The declared claims that a StatefulSet's pods find by their names. */
function claims(object: Tree): readonly string[] {
  const replicas = Number(at(object, "spec", "replicas") ?? 0);
  return items(at(object, "spec", "volumeClaimTemplates")).flatMap((template) =>
    Array.from(
      { length: replicas },
      (_, ordinal) =>
        `PersistentVolumeClaim ${textAt(template, "metadata", "name")}-${textAt(object, "metadata", "name")}-${ordinal}`,
    ),
  );
}

/** What an object brings, as `Kind name`: itself, and the Secrets that its pods or its controller make. */
function brings(object: Tree): readonly string[] {
  const made = valuesOf(object, "env").flatMap((env) =>
    items(env)
      .filter((one) => textAt(one, "name") === "SECRETS")
      .flatMap((one) => items(JSON.parse(textAt(one, "value"))).map((secret) => textAt(secret, "name"))),
  );
  const issued = object["kind"] === "Certificate" ? [textAt(object, "spec", "secretName")] : [];
  return [
    `${textAt(object, "kind")} ${textAt(object, "metadata", "name")}`,
    ...[...made, ...issued].map((secret) => `Secret ${secret}`),
  ];
}

describe("the objects of a cluster, in the order in which they are applied", () => {
  it.each(readdirSync(golden))("become ready without one that comes later: %s", (name) => {
    const { files } = render(filesIn(`${golden}/${name}/in`));
    const folders = new Set(files.map(({ path }) => folderOf(path)));
    const late = [...folders].flatMap((folder) => {
      const objects = objectsOf(files.filter(({ path }) => folderOf(path) === folder));
      const order = objects.flatMap((object, index) =>
        brings(object).map((brought) => [brought, index] as const),
      );
      const place = new Map(order.toReversed());
      return objects.flatMap((object, index) =>
        needs(object)
          .filter((need) => (place.get(need) ?? -1) > index)
          .map(
            (need) =>
              `${folder}: ${textAt(object, "kind")} ${textAt(object, "metadata", "name")} waits for ${need}`,
          ),
      );
    });

    expect(late).toEqual([]);
  });

  it("would be told, if they did not", () => {
    const { files } = render(filesIn(`${golden}/minimal/in`));
    const backwards = objectsOf(files).toReversed();
    const set = backwards.findIndex(({ kind }) => kind === "StatefulSet");
    const later = new Set(backwards.slice(set + 1).flatMap(brings));

    const kinds = needs(backwards[set] ?? {})
      .filter((need) => later.has(need))
      .map((need) => need.split(" ")[0]);

    expect(new Set(kinds)).toEqual(
      new Set(["ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"]),
    );
  });
});
