import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterName } from "./fleet.mjs";

/** The kustomize that is here, as the words that start a build; undefined without one. */
export function kustomizeCommand() {
  const has = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
  if (has("kustomize", "version")) return "kustomize build";
  return has("kubectl", "kustomize", "--help") ? "kubectl kustomize" : undefined;
}

/**
 * Writes a base, the objects of the first rendered cluster, and an overlay per cluster: prefix, namespace, label and one
 * patch. That is less than our specs vary, so a real one is slower.
 */
export function writeKustomize(dir, rendered, clusters) {
  const base = join(dir, "base");
  mkdirSync(base, { recursive: true });
  const first = join(rendered, "prod", clusterName(0));
  for (const name of readdirSync(first)) {
    const text = readFileSync(join(first, name), "utf8");
    // A patch finds its object by the namespace, too: a base has none.
    const neutral = text.replaceAll(clusterName(0), "db").replaceAll("  namespace: team-0\n", "");
    writeFileSync(join(base, name.replaceAll(clusterName(0), "db")), neutral);
  }
  for (let index = 0; index < clusters; index += 1) {
    const overlay = join(dir, "overlays", clusterName(index));
    mkdirSync(overlay, { recursive: true });
    writeFileSync(join(overlay, "kustomization.yaml"), kustomization(index));
  }
  const names = Array.from({ length: clusters }, (_, index) => `${clusterName(index)}\n`);
  writeFileSync(join(dir, "names"), names.join(""));
}

function kustomization(index) {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../base]
namespace: team-${index % 20}
namePrefix: ${clusterName(index)}-
labels:
- pairs: { cluster.cpo.opensource.cybertec.at/name: ${clusterName(index)} }
  includeSelectors: true
patches:
- patch: |
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      template:
        spec:
          containers:
          - name: postgres
            resources:
              limits:
                memory: ${2 + (index % 3)}Gi
`;
}

/** A shell script that builds all overlays into folders of their own, two at a time. */
export function buildAll(command, dir, output) {
  return `set -e
mkdir -p '${output}' && cd '${output}' && xargs mkdir < '${dir}/names'
xargs -P2 -I{} ${command} '${dir}/overlays/{}' -o '${output}/{}' < '${dir}/names'`;
}
