// Adds up vitest's JSON reports and prints `N passed, N failed`. Fails for a report without a test, or with one that did
// not run: such a suite proves nothing.
import { readFileSync } from "node:fs";

let [passed, failed] = [0, 0];
let complete = true;
for (const path of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(path, "utf8"));
  const suites = report.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  );
  passed += report.numPassedTests;
  failed += report.numFailedTests + suites.length;
  const idle = report.numPendingTests + report.numTodoTests;
  if (report.numPassedTests === 0 || idle > 0) {
    complete = false;
    process.stderr.write(`${path}: ${report.numPassedTests} tests ran, ${idle} did not\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && complete ? 0 : 1;
