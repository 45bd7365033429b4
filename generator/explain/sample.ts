import type { File } from "../file.ts";

/** A fleet of one cluster, on which a field is tried that moves nothing in the user's own. */
export const sample: readonly File[] = [
  {
    path: "pgrender.yaml",
    text: "apiVersion: pgrender.dev/v1\nkind: Settings\nspec: {}\n",
  },
  {
    path: "operator.yaml",
    text: "apiVersion: cpo.opensource.cybertec.at/v1\nkind: OperatorConfiguration\nmetadata: { name: operator }\nconfiguration: {}\n",
  },
  {
    path: "example.yaml",
    text: `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: example, namespace: example }
spec:
  teamId: example
  numberOfInstances: 3
  postgresql: { version: "18" }
  volume: { size: 10Gi }
  enableMasterLoadBalancer: true
  enableReplicaLoadBalancer: true
  pools:
    - { name: reports, instances: 1 }
  tolerations:
    - { key: example, operator: Equal, value: example, effect: NoSchedule }
  sidecars:
    - { name: sidecar, image: registry.example/sidecar:1 }
`,
  },
];
