import { cpus, totalmem } from "node:os";

/** The text of docs/reports/bench.md. */
export function report({ tools, rounds, work, text }) {
  const today = new Date().toISOString().slice(0, 10);
  return `# What a render costs

Measured on ${today} by \`npm run bench -- --report\`: ${machine()}.

The floor reads the finished objects from one JSON file and only writes them, with the \`yaml\` package or with
\`generator/kube/yaml.ts\`; it reads no spec and validates, compares and records nothing. The other tools make the same
objects from a model of the fleet: the objects of one cluster, and for each the values in which it differs, a finished
patroni.yml among them. They have no schema and check nothing, so real charts and libraries are slower. What they write was
read back and is equal, each object up to 100 clusters; but a strategic merge moves what it patches to the front of a list,
and the classes of cdk8s-plus leave out the kind of claims in a StatefulSet. cdk8s and kustomize stand there twice: by what
people write with them (classes, strategic merges), and by what costs them least (bare objects, JSON patches).

Whole processes, ${rounds} rounds, all ways in turn: medians, and medians of the ratios to the floor with the \`yaml\` package
and to our render into an empty folder in the same round. CPU counts descendants; memory is that of the largest process.
Measured beside it: ${tools.length === 0 ? "none" : tools.map(({ version }) => version).join("; ")}.

${work}
${text}
## What limits each

- **pgrender**: below a hundred clusters the start of Node and of 2.4 MB of program, which Node 22.8 and later keep compiled.
  Above, about a quarter each: to read, compose and judge the specs; to build objects; to write them as text; and the system's
  calls to create files or to read them for comparison. Comparing all files is the price for knowing what was edited by hand.
  A second thread that built half of the clusters gained nothing on two cores: the compiler and the garbage collector of the
  first one use the other.
- **floor**: the \`yaml\` package makes a node of every value.
- **jsonnet**: holds the whole result in memory.
- **cdk8s**: resolves constructs, and the \`yaml\` package again; its classes copy each object by its type.
- **helm**: a process for each release, which starts the client libraries of Kubernetes.
- **kustomize**: a process for each overlay, and a copy of the tree for each patch; a strategic merge reads Kubernetes'
  OpenAPI first, in each process again.
`;
}

/** The machine, in one line. */
export function machine() {
  return `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
}
