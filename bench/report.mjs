import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";

/** The text of docs/reports/bench.md. */
export function report({ kustomize, rounds, work, text }) {
  const today = new Date().toISOString().slice(0, 10);
  return `# What a render costs

Measured on ${today} by \`npm run bench -- --report\`: ${machine(kustomize)}.

The floor reads the finished objects from one JSON file and only writes them, with the \`yaml\` package or with
\`generator/kube/yaml.ts\`; it reads no spec and validates, compares and records nothing. kustomize builds from a base of the
same objects with one patch a cluster. Whole processes, ${rounds} rounds (kustomize one for a thousand clusters), all ways in turn: medians, and medians of the ratios to
the floor with the \`yaml\` package in the same round. CPU counts descendants; memory is that of the largest process.

${work}
${text}`;
}

/** The machine, in one line. */
export function machine(kustomize) {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const version = (args) => spawnSync("sh", ["-c", args], { encoding: "utf8" }).stdout.trim();
  const tool =
    kustomize === "kustomize build"
      ? `kustomize ${version("kustomize version")}`
      : version("kubectl version --client 2>/dev/null").replaceAll("\n", ", ");
  const [{ model }] = cpus();
  return `${cpus().length} × ${model}, ${memory}, kernel ${release()}, Node ${process.version}${kustomize === undefined ? "" : `, ${tool}`}`;
}
