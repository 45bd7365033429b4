// The fleet as a cdk8s program: a chart for each cluster. `node cdk8s.mjs PACKAGES MODEL FOLDER`. Files in folders by chart are
// the fastest of its layouts: with the others each chart resolves the whole app again.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { filled } from "./model.mjs";

const [packages, model, outdir] = process.argv.slice(2);
const { ApiObject, App, Chart, YamlOutputType } = createRequire(join(packages, "package.json"))("cdk8s");
const { objects, clusters } = JSON.parse(readFileSync(model, "utf8"));

const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
for (const { id, values } of clusters) {
  const chart = new Chart(app, id);
  for (const [index, object] of objects.entries())
    new ApiObject(chart, String(index), filled(object, values));
}
app.synth();
