// Writes bin/kubernetes.openapi.json from the API server of KUBECONFIG: how the lists of Kubernetes' own kinds
// merge; and generator/kube/fields.json: the fields of its types that a spec can hold. Run it for a new Kubernetes, then
// npm run generate.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { fieldTable } from "./kubernetes-fields.mjs";
import { kubernetes } from "./openapi.mjs";

const raw = (path) =>
  JSON.parse(execFileSync("kubectl", ["get", "--raw", path], { encoding: "utf8", maxBuffer: 1 << 26 }));
const openapi = raw("/openapi/v2");
const version = raw("/version").gitVersion;
const path = fileURLToPath(new URL("./kubernetes.openapi.json", import.meta.url));
const content = JSON.stringify({ version, definitions: kubernetes(openapi.definitions) });
writeFileSync(path, await format(content, { parser: "json", printWidth: 110 }));

const table = Object.entries(fieldTable(openapi.definitions)).map(
  ([name, fields]) => `  ${JSON.stringify(name)}: ${JSON.stringify(fields)}`,
);
writeFileSync(
  fileURLToPath(new URL("../generator/kube/fields.json", import.meta.url)),
  `{\n${table.join(",\n")}\n}\n`,
);
