import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The name of a cluster of the fleet. */
export function clusterName(index) {
  return `c${String(index).padStart(4, "0")}`;
}

const settings = `apiVersion: pgrender.dev/v1
kind: Settings
spec:
  apiServer: { cidrs: [10.96.0.1/32] }
`;

// What holds for all clusters, and what for those of a size or of a tier: patches that find them by their labels.
const component = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target: { kind: PostgresCluster }
  patch: |
    apiVersion: pgrender.dev/v1
    kind: PostgresCluster
    metadata: { name: any }
    spec:
      numberOfInstances: 5
      postgresql: { parameters: { log_min_duration_statement: 250ms } }
      resources: { requests: { cpu: 500m, memory: 1Gi } }
      disruptionBudget: { mode: majority }
${[4, 5, 6]
  .map(
    (memory) => `- target: { kind: PostgresCluster, labelSelector: size=${memory} }
  patch: |
    apiVersion: pgrender.dev/v1
    kind: PostgresCluster
    metadata: { name: any }
    spec:
      resources: { limits: { cpu: "2", memory: ${memory}Gi } }
`,
  )
  .join("")}- target: { kind: PostgresCluster, labelSelector: tier=gold }
  patch: |
    - op: add
      path: /spec/patroni
      value: { synchronous_mode: true }
`;

const environments = Array.from({ length: 10 }, (_, index) => `env-${index}`);

/** Writes the specs of a fleet: ten kustomizations with a tenth of the specs each, patched by a component. Same size, same bytes. */
export function writeSpecs(dir, clusters) {
  mkdirSync(join(dir, "components/standard"), { recursive: true });
  writeFileSync(join(dir, "pgrender.yaml"), settings);
  writeFileSync(join(dir, "components/standard/kustomization.yaml"), component);
  for (const [environment, folder] of environments.entries()) {
    mkdirSync(join(dir, folder), { recursive: true });
    const own = Array.from({ length: clusters }, (_, index) => index).filter(
      (index) => index % 10 === environment,
    );
    writeFileSync(
      join(dir, folder, "kustomization.yaml"),
      `resources:\n${own.map((index) => `- ${clusterName(index)}.yaml\n`).join("")}components: [../components/standard]\n`,
    );
    for (const index of own) writeSpec(dir, index, 20 + (index % 9));
  }
}

/** Gives the cluster in the middle of the fleet a volume of another size, by a number that was not given before. */
export function changeOne(dir, clusters, number) {
  writeSpec(dir, middleOf(clusters), 100 + number);
}

export function changedName(clusters) {
  return clusterName(middleOf(clusters));
}

function middleOf(clusters) {
  return Math.floor(clusters / 2);
}

function writeSpec(dir, index, gigabytes) {
  const name = clusterName(index);
  const spec = `# Orders of region ${index}, owned by team ${index % 20}.
apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: ${name}
  namespace: team-${index % 20}
  labels: { size: "${4 + (index % 3)}", tier: ${index % 2 === 0 ? "gold" : "silver"} }
spec:
  teamId: team-${index % 20}
  postgresql:
    version: "${17 + (index % 2)}"
    parameters:
      work_mem: ${4 * (1 + (index % 4))}MB
      max_connections: "${100 + 10 * (index % 7)}"
  volume:
    size: ${gigabytes}Gi
`;
  writeFileSync(join(dir, environments[index % 10], `${name}.yaml`), spec);
}

/** Writes what the floors write again: the objects of a rendered fleet, parsed, one cluster a line. */
export function writePack(rendered, pack) {
  const folders = environments.flatMap((parent) =>
    readdirSync(join(rendered, parent))
      .sort()
      .map((name) => `${parent}/${name}`),
  );
  const clusters = folders.map((folder) => {
    const files = readdirSync(join(rendered, folder))
      .sort()
      .map((name) => [name, parse(readFileSync(join(rendered, folder, name), "utf8"))]);
    return `${JSON.stringify({ folder, files })}\n`;
  });
  writeFileSync(pack, clusters.join(""));
}
