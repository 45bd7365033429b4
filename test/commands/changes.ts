import fc from "fast-check";
import type { Tree } from "../adapters/tree.ts";

/** The spec of a small cluster. */
export function cluster(name: string, spec = "", more = ""): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: ${name}, labels: { tier: ${name.length % 2 === 0 ? "gold" : "silver"} } }
spec:
  teamId: shop
  numberOfInstances: 2
  postgresql: { version: "17" }
  volume: { size: 5Gi }
${spec}${more}`;
}

const component = `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches:
- target: { kind: PostgresCluster, labelSelector: tier=gold }
  patch: |
    apiVersion: pgrender.dev/v1
    kind: PostgresCluster
    metadata: { name: any }
    spec: { numberOfInstances: 3 }
`;

const kustomization = `resources: [orders.yaml, shop.yaml]
components: [../components/standard]
nameSuffix: -eu
`;

const outputPatches = `outputPatches:
- target: { kind: Service, name: shop-eu }
  patch: |
    - { op: add, path: /metadata/annotations, value: { who: ours } }
`;

const settings = `apiVersion: pgrender.dev/v1
kind: Settings
spec: { apiServer: { cidrs: [10.96.0.1/32] } }
`;

const operator = `apiVersion: cpo.opensource.cybertec.at/v1
kind: OperatorConfiguration
metadata: { name: fleet }
configuration: { max_instances: 2, workers: 8 }
`;

/** A folder with what there can be in one: composed and plain, settings, a cluster's folder in that of another. */
export const fleet: Tree = {
  "pgrender.yaml": settings,
  "components/standard/kustomization.yaml": component,
  "eu/kustomization.yaml": kustomization,
  "eu/orders.yaml": cluster("orders"),
  "eu/shop.yaml": cluster("shop"),
  "us/ledger.yaml": cluster("ledger"),
  "us/ledger/inner.yaml": cluster("inner"),
};

/** What a file may become; undefined: it is removed. */
export type Change = Readonly<Record<string, string | undefined>>;

const someSpecs = [
  cluster("orders"),
  cluster("orders", "", "  # a remark\n"),
  `# a remark, so that all lines move\n${cluster("orders", "  enableLogicalBackup: true\n")}`,
  cluster("orders", "  enableLogicalBackup: true\n"),
  cluster("orders", "  tls: { secretName: pg }\n"),
  cluster("orders", "  numberOfInstances: many\n"),
  cluster("ledger"),
  cluster("shop", "  postgresql: { parameters: { work_mem: 8MB, max_connections: .inf } }\n"),
  "a: [broken\n",
  "",
];

const changes: readonly Change[] = [
  ...someSpecs.flatMap((text) => [{ "eu/orders.yaml": text }, { "us/ledger.yaml": text }]),
  { "us/ledger.yaml": undefined },
  { "eu/orders.yaml": undefined },
  { "us/more.yaml": cluster("more") },
  { "us/more.yaml": undefined },
  { "eu/kustomization.yaml": kustomization + outputPatches },
  { "eu/kustomization.yaml": `# moved\n${kustomization}${outputPatches.replace("shop-eu", "nobody")}` },
  { "eu/kustomization.yaml": kustomization.replace("-eu", "-we") },
  { "eu/kustomization.yaml": "resources: [nothing.yaml]\n" },
  { "eu/kustomization.yaml": undefined },
  { "components/standard/kustomization.yaml": component.replace("gold", "silver") },
  { "components/standard/kustomization.yaml": component.replace("gold", "nobody") },
  { "pgrender.yaml": settings.replace("10.96", "10.97") },
  { "pgrender.yaml": undefined },
  { "operator.yaml": operator },
  { "us/operator.yaml": operator },
  { "us/operator.yaml": operator.replace("2,", "1,") },
  { "operator.yaml": undefined, "us/operator.yaml": undefined },
  Object.fromEntries(Object.keys(fleet).map((path) => [path, undefined])),
  fleet,
  fleet,
];

const moves = [
  ["us", "ap"],
  ["ap", "us"],
  ["us/ledger.yaml", "eu/orders.yaml"],
  ["eu", "eu2"],
  ["eu2", "eu"],
] as const;

/** Something that somebody does to a repository. */
export type Step =
  | { readonly kind: "change"; readonly change: Change }
  | { readonly kind: "move"; readonly move: readonly [from: string, to: string] }
  /** Another commit: the output as it was once comes back with its specs. */
  | { readonly kind: "checkout" };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(...changes).map((change) => ({ kind: "change" as const, change })),
  },
  { weight: 2, arbitrary: fc.constantFrom(...moves).map((move) => ({ kind: "move" as const, move })) },
  { weight: 1, arbitrary: fc.constant({ kind: "checkout" as const }) },
);
