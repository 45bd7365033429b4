import { describe, expect, it } from "vitest";
import { render } from "../../generator/render.ts";
import { at, objectsOf, textAt, type Tree } from "../support/object.ts";

const cluster = (name: string) => `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, namespace: prod }
spec:
  numberOfInstances: 1
  postgresql: { version: "18" }
  volume: { size: 1Gi }
`;

function rendered(name: string, patches = ""): readonly Tree[] {
  const kustomization = `resources: [a.yaml]\n${patches}`;
  return objectsOf(
    render([
      { path: "a.yaml", text: cluster(name) },
      { path: "kustomization.yaml", text: kustomization },
    ]).files,
  );
}

/** The name of the ConfigMap, the one that the Job and the CronJob mount, and the Job's own. */
function namesIn(objects: readonly Tree[]) {
  const of = (kind: string) =>
    objects.find(
      (object) => object["kind"] === kind && textAt(object, "metadata", "name").includes("-converge"),
    );
  const mounted = (pod: unknown) =>
    [at(pod, "volumes")].flat().flatMap((volume) => at(volume, "configMap", "name") ?? []);
  return {
    configMap: textAt(of("ConfigMap"), "metadata", "name"),
    job: textAt(of("Job"), "metadata", "name"),
    mounted: [
      ...mounted(at(of("Job"), "spec", "template", "spec")),
      ...mounted(at(of("CronJob"), "spec", "jobTemplate", "spec", "template", "spec")),
    ],
  };
}

describe("the names that come from contents", () => {
  it.each(["orders", "abcdefghij-abcdefghij-abcdefghij-abcdefghij-abcdefg"])(
    "are those that the Job and the CronJob of %s read",
    (name) => {
      const { configMap, mounted } = namesIn(rendered(name));

      expect(configMap).toMatch(/^.*-converge-[0-9a-f]{8}$/);
      expect(mounted).toEqual([configMap, configMap]);
    },
  );

  it("are others where a patch of the output changes what is read, and are read then", () => {
    const patch = `outputPatches:
- target: { kind: ConfigMap, name: orders-converge }
  patch: |
    - { op: add, path: /data/more.txt, value: more }
`;
    const [plain, patched] = [namesIn(rendered("orders")), namesIn(rendered("orders", patch))];

    expect(patched.configMap).not.toBe(plain.configMap);
    expect(patched.job).not.toBe(plain.job);
    expect(patched.mounted).toEqual([patched.configMap, patched.configMap]);
  });

  it("are others where the pod of the Job changes, and what it reads does not", () => {
    const patch = `outputPatches:
- target: { kind: Job, name: orders-converge }
  patch: |
    - { op: replace, path: /spec/backoffLimit, value: 2 }
`;
    const [plain, patched] = [namesIn(rendered("orders")), namesIn(rendered("orders", patch))];

    expect(patched.configMap).toBe(plain.configMap);
    expect(patched.job).not.toBe(plain.job);
  });
});
