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

const environments = Array.from({ length: 10 }, (_, index) => `env-${index}`);

/** Writes the specs of a fleet, one file each, in ten folders. Same size, same bytes. */
export function writeSpecs(dir, clusters) {
  for (const folder of environments) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, "pgrender.yaml"), settings);
  for (let index = 0; index < clusters; index += 1) writeSpec(dir, index, `${4 + (index % 3)}Gi`);
}

/** Gives the cluster in the middle of the fleet another memory limit. */
export function changeOne(dir, clusters, round) {
  writeSpec(dir, Math.floor(clusters / 2), `${10 + round}Gi`);
}

function writeSpec(dir, index, memory) {
  const name = clusterName(index);
  const spec = `# Orders of region ${index}, owned by team ${index % 20}.
apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata:
  name: ${name}
  namespace: team-${index % 20}
spec:
  teamId: team-${index % 20}
  numberOfInstances: 5
  postgresql:
    version: "${17 + (index % 2)}"
    parameters:
      work_mem: ${4 * (1 + (index % 4))}MB
      max_connections: "${100 + 10 * (index % 7)}"
      log_min_duration_statement: 250ms
  patroni:
    synchronous_mode: ${index % 2 === 0}
  resources:
    requests: { cpu: 500m, memory: 1Gi }
    limits: { cpu: "2", memory: ${memory} }
  volume:
    size: ${20 + (index % 9)}Gi
  disruptionBudget:
    mode: majority
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
