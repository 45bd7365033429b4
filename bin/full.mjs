// Runs the cluster tests, all of them, and writes what was seen as a dated report. `--only PATTERN` runs the files that
// match and writes no report. `--fixed FILE` takes the fixed set from vitest's JSON report of a run on the same commit, e.g.
// that of the gate, instead of running it again. The cluster is that of KUBECONFIG; figures are added to
// PGRENDER_TEST_NOTES, if that is set.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

if (!process.env.PGRENDER_TEST_IMAGES) {
  process.stderr.write("set PGRENDER_TEST_IMAGES to images with Patroni 4.0 and 4.1, separated by a comma\n");
  process.exit(2);
}
const option = (name) => {
  const index = process.argv.indexOf(name);
  return index === -1 ? undefined : process.argv[index + 1];
};
const only = option("--only");
const fixed = option("--fixed");
const pattern = only === undefined ? [] : [only];
const work = mkdtempSync(join(tmpdir(), "pgrender-full-"));
const json = join(work, "report.json");
const notes = process.env.PGRENDER_TEST_NOTES || join(work, "notes.txt");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${json}`];
const started = new Date();
const projects = ["--project", "cluster-full", ...(fixed === undefined ? ["--project", "cluster"] : [])];
const args = ["vitest", "run", ...projects, ...reporters, ...pattern];
const run = spawnSync("npx", args, { stdio: "inherit", env: { ...process.env, PGRENDER_TEST_NOTES: notes } });
if (pattern.length === 0) writeReport();
process.exitCode = run.status ?? 1;

function writeReport() {
  const reports = [...(fixed === undefined ? [] : [fixed]), json].map((path) =>
    JSON.parse(readFileSync(path, "utf8")),
  );
  const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
  // A suite that could not be set up has no test that failed.
  const broken = reports
    .flatMap((report) => report.testResults)
    .filter(
      ({ status, assertionResults }) =>
        status === "failed" && assertionResults.every((test) => test.status !== "failed"),
    );
  const lasted = reports.map(
    (report) => Math.max(...report.testResults.map((file) => file.endTime)) - report.startTime,
  );
  const seconds = (ms) => `${(ms / 1000).toFixed(0)} s`;
  const version = JSON.parse(execFileSync("kubectl", ["version", "-o", "json"], { encoding: "utf8" }));
  const git = (...what) => execFileSync("git", what, { encoding: "utf8" }).trim();
  const dirty = git("status", "--porcelain") === "" ? "" : ", with changes that are not committed";
  const day = started.toISOString().slice(0, 10);
  const files = reports
    .flatMap((report) => report.testResults)
    .map((file) => {
      const tests = file.assertionResults.map(
        (test) =>
          `| ${test.status} | ${test.fullName.replaceAll("|", "\\|")} | ${seconds(test.duration ?? 0)} |`,
      );
      return [
        `### ${file.name.slice(file.name.indexOf("test/cluster/"))}`,
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
    `**${sum("numPassedTests")} passed, ${sum("numFailedTests") + broken.length} failed**, ${sum("numPendingTests")} not run, in ${lasted.map(seconds).join(" and ")}${reports.length > 1 ? " (the fixed set by itself first)" : ""}.`,
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
