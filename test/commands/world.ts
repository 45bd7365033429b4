import type { World } from "../../generator/commands/world.ts";
import type { File } from "../../generator/file.ts";
import type { Problem } from "../../generator/problem.ts";

/**
 * A small render in place of the real one: each spec is a cluster of two objects; a line `error` or `warning` in it is
 * a problem, and `crash` is a bug.
 */
function render(files: readonly File[]) {
  if (files.some((file) => file.text.includes("crash"))) throw new Error("no such thing\nas this");
  const problems = files.flatMap(problemsOf);
  const rest = { clusters: files.length, elsewhere: 0, claimants: () => [] };
  const folders = files.map(({ path }) => path.replace(/\.ya?ml$/, ""));
  if (problems.some((problem) => problem.severity === "error"))
    return { ...rest, files: [], problems, folders };
  const rendered = files.flatMap(({ path, text }) => {
    const folder = path.replace(/\.ya?ml$/, "");
    return [
      { path: `${folder}/service.yaml`, text: `spec: ${JSON.stringify(text)}\n` },
      { path: `${folder}/kustomization.yaml`, text: "resources: [service.yaml]\n" },
      { path: `${folder}/claim.yaml`, text: "kind: claim\n" },
    ];
  });
  return { ...rest, files: rendered, problems, folders };
}

function problemsOf({ path, text }: File): readonly Problem[] {
  return text.split("\n").flatMap((word, index) =>
    word === "error" || word === "warning"
      ? [
          {
            rule: "bad-word",
            severity: word,
            message: `the word ${word}`,
            fix: "leave it out",
            at: { file: path, line: index + 1, column: 1 },
          },
        ]
      : [],
  );
}

/** A world that keeps what is written. */
export function fakeWorld(env: World["env"] = {}) {
  const written = { stdout: "", stderr: "" };
  const world: World = {
    version: "1.2.3",
    render,
    stdout: (text) => void (written.stdout += text),
    stderr: (text) => void (written.stderr += text),
    isTerminal: false,
    env,
  };
  return { world, written };
}
