import { describe, expect, it } from "vitest";
import { claimRefusal } from "../../generator/pipeline/claim-change.ts";
import { claimSpec } from "../../generator/kube/claim.ts";
import type { ClaimedVolume } from "../../generator/kube/claim.ts";
import { yaml } from "../../generator/kube/yaml.ts";
import { render } from "../../generator/render.ts";

const claim = (volume: ClaimedVolume, more: Record<string, unknown> = {}) =>
  yaml({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "pgdata-pay-0" },
    spec: { ...claimSpec(volume), ...more },
  });

describe("a change of a claim that exists", () => {
  it.each([
    ["a larger size", { size: "10Gi" }, { size: "11Gi" }],
    ["the same size in another unit", { size: "1Gi" }, { size: "1024Mi" }],
    ["the default class by its name", { size: "1Gi" }, { size: "1Gi", storageClass: "standard" }],
    [
      "the same selector",
      { size: "1Gi", selector: { matchLabels: { a: "b" } } },
      { size: "2Gi", selector: { matchLabels: { a: "b" } } },
    ],
  ])("may be %s", (_, before, after) => {
    expect(claimRefusal(claim(before), claim(after))).toBeUndefined();
  });

  it.each([
    [
      "a smaller size",
      { size: "10Gi" },
      { size: "9.9Gi" },
      "its size would go from 10Gi to 9.9Gi, and no volume shrinks",
    ],
    [
      "a smaller size in a larger unit",
      { size: "1500Mi" },
      { size: "1Gi" },
      "its size would go from 1500Mi to 1Gi, and no volume shrinks",
    ],
    [
      "another class",
      { size: "1Gi", storageClass: "slow" },
      { size: "2Gi", storageClass: "fast" },
      'its storageClassName would go from "slow" to "fast", and of a claim only the size can change',
    ],
    [
      "no class any more",
      { size: "1Gi", storageClass: "slow" },
      { size: "1Gi" },
      'its storageClassName would go from "slow" to none, and of a claim only the size can change',
    ],
    [
      "another selector",
      { size: "1Gi" },
      { size: "1Gi", selector: { matchLabels: { a: "b" } } },
      'its selector would go from none to {"matchLabels":{"a":"b"}}, and of a claim only the size can change',
    ],
  ])("cannot be %s", (_, before, after, reason) => {
    expect(claimRefusal(claim(before), claim(after))).toBe(reason);
  });

  it("is not judged where there is no claim to compare with", () => {
    const after = claim({ size: "1Gi" });

    for (const before of ["", "{", "a: 1\n", after.replace("10Gi", "x").replace("spec:", "other:")])
      expect(claimRefusal(before, after)).toBeUndefined();
    expect(claimRefusal(claim({ size: "2Gi" }), "kind: Service\n")).toBeUndefined();
  });

  it("is looked at for every volume of a cluster", () => {
    const rendered = (size: string) => {
      const spec = {
        numberOfInstances: 1,
        postgresql: { version: "18" },
        volume: { size },
        walVolume: { size },
        tablespaces: { fast: { size } },
        pools: [{ name: "far", instances: 1 }],
        backup: {
          pgbackrest: {
            image: "pgbackrest:1",
            global: { "repo1-retention-full": "2" },
            repos: [{ name: "repo1", storage: "pvc", schedule: { full: "0 2 * * 0" }, volume: { size } }],
          },
        },
      };
      const cluster = {
        apiVersion: "pgrender.dev/v1",
        kind: "PostgresCluster",
        metadata: { name: "pay" },
        spec,
      };
      const { files, problems } = render([{ path: "pay.yaml", text: JSON.stringify(cluster) }]);
      expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
      return new Map(files.map((file) => [file.path, file.text]));
    };
    const [before, after] = [rendered("3Gi"), rendered("2Gi")];

    const refused = [...after].filter(
      ([path, text]) => claimRefusal(before.get(path) ?? "", text) !== undefined,
    );

    expect(refused.map(([path]) => path)).toEqual(
      [...after.keys()].filter((path) => path.includes("/persistentvolumeclaim-")),
    );
    expect(refused.length).toBe(7);
  });
});
