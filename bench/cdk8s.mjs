// The fleet as a cdk8s program: a chart for each cluster. `node cdk8s.mjs PACKAGES MODEL FOLDER [typed]`. Files in folders by
// chart are the fastest of its layouts: with the others each chart resolves the whole app again.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { filled } from "./model.mjs";

const [packages, model, outdir, typed] = process.argv.slice(2);
const packaged = createRequire(join(packages, "package.json"));
const { ApiObject, App, Chart, YamlOutputType } = packaged("cdk8s");
const { objects, clusters } = JSON.parse(readFileSync(model, "utf8"));

const add = typed === undefined ? bare : classes();
const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
for (const { id, values } of clusters) {
  const chart = new Chart(app, id);
  for (const [index, object] of objects.entries()) add(chart, String(index), filled(object, values));
}
app.synth();

/** The object as it is, of no type. */
function bare(chart, id, object) {
  return new ApiObject(chart, id, object);
}

/** By the classes that cdk8s-plus makes of Kubernetes' API, with their own forms of quantities and ports. */
function classes() {
  const kinds = packaged("cdk8s-plus-32/lib/imports/k8s");
  const quantities = (map) =>
    Object.fromEntries(Object.entries(map).map(([name, text]) => [name, kinds.Quantity.fromString(text)]));
  const either = (value) =>
    typeof value === "number" ? kinds.IntOrString.fromNumber(value) : kinds.IntOrString.fromString(value);
  const forms = {
    limits: quantities,
    requests: quantities,
    sizeLimit: (text) => kinds.Quantity.fromString(text),
    minAvailable: either,
    maxUnavailable: either,
    targetPort: either,
  };
  const port = { port: either };
  const props = (tree, more) => {
    if (Array.isArray(tree)) return tree.map((item) => props(item, more));
    if (typeof tree !== "object" || tree === null) return tree;
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => {
        const form = forms[key] ?? more[key];
        const inside = key === "httpGet" || key === "tcpSocket" ? port : more;
        return [key === "clusterIP" ? "clusterIp" : key, form?.(value) ?? props(value, inside)];
      }),
    );
  };
  return (chart, id, object) => {
    const { apiVersion: _apiVersion, kind, ...rest } = object;
    return new kinds[`Kube${kind}`](chart, id, props(rest, kind === "NetworkPolicy" ? port : {}));
  };
}
