// Runs the cluster tests, all of them, and writes what was seen as a dated report. `--only PATTERN` runs the files that
// match and writes no report. The cluster is that of KUBECONFIG.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

if (!process.env.PGRENDER_TEST_IMAGES) {
  process.stderr.write("set PGRENDER_TEST_IMAGES to images with Patroni 4.0 and 4.1, separated by a comma\n");
  process.exit(2);
}
const only = process.argv.indexOf("--only");
const pattern = only === -1 ? [] : [process.argv[only + 1]];
const work = mkdtempSync(join(tmpdir(), "pgrender-full-"));
const [json, notes] = [join(work, "report.json"), join(work, "notes.txt")];
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${json}`];
const started = new Date();
const args = ["vitest", "run", "--project", "cluster", "--project", "cluster-full", ...reporters, ...pattern];
const run = spawnSync("npx", args, { stdio: "inherit", env: { ...process.env, PGRENDER_TEST_NOTES: notes } });
if (pattern.length === 0) writeReport();
process.exitCode = run.status ?? 1;

function writeReport() {
  const report = JSON.parse(readFileSync(json, "utf8"));
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`;
  const version = JSON.parse(execFileSync("kubectl", ["version", "-o", "json"], { encoding: "utf8" }));
  const git = (...what) => execFileSync("git", what, { encoding: "utf8" }).trim();
  const dirty = git("status", "--porcelain") === "" ? "" : ", with changes that are not committed";
  const day = started.toISOString().slice(0, 10);
  const files = report.testResults.map((file) => {
    const tests = file.assertionResults.map(
      (test) =>
        `| ${test.status} | ${test.fullName.replaceAll("|", "\\|")} | ${seconds(test.duration ?? 0)} |`,
    );
    return [
      `### ${relative(process.cwd(), file.name)}`,
      "",
      "| result | test | took |",
      "| --- | --- | --- |",
      ...tests,
      "",
    ];
  });
  const text = [
    `# All cluster tests, ${day}`,
    "",
    `Commit ${git("rev-parse", "HEAD")}${dirty}. Kubernetes ${version.serverVersion.gitVersion}.`,
    "",
    `**${report.numPassedTests} passed, ${report.numFailedTests} failed**, ${report.numPendingTests} not run, in ${seconds(Date.now() - started)}.`,
    "",
    "## Figures",
    "",
    ...(existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : []).map((line) => `- ${line}`),
    "",
    "## Tests",
    "",
    ...files.flat(),
  ];
  mkdirSync("docs/reports", { recursive: true });
  writeFileSync(`docs/reports/cluster-${day}.md`, `${text.join("\n").trimEnd()}\n`);
}
