import { parseAllDocuments } from "yaml";
import { get, kubectl } from "./kubectl.ts";

type Plain = { readonly [key: string]: unknown };

/** What the cluster itself decides, and what it notes about an object: no render can know it. */
const decided = [
  /^status\b/,
  /^metadata\.(uid|resourceVersion|generation|creationTimestamp|managedFields|finalizers)$/,
  /^metadata\.annotations\.(kubectl\.kubernetes\.io|pv\.kubernetes\.io|deployment\.kubernetes\.io|volume\.)/,
  /^spec\.(clusterIP|clusterIPs|ipFamilies|ipFamilyPolicy)$/, // Service
  /^spec\.(ports\[\d+\]\.nodePort|healthCheckNodePort)$/, // of a load balancer
  /^spec\.(volumeName|storageClassName)$/, // PersistentVolumeClaim
  /^spec\.volumeClaimTemplates\[\d+\]\.status\b/,
  // A Job's selector and the labels that belong to it.
  /^spec\.selector\.matchLabels\.batch\.kubernetes\.io/,
  /^spec\.selector$/,
  /^spec\.template\.metadata\.(labels\.(batch\.kubernetes\.io|controller-uid|job-name)|creationTimestamp)/,
];

/** Paths of a live object that the manifest does not declare and that the cluster did not have to decide. */
function undeclared(declared: unknown, live: unknown, path = ""): string[] {
  if (path !== "" && decided.some((pattern) => pattern.test(path)) && declared === undefined) return [];
  if (declared === undefined && path === "metadata.annotations") return undeclared({}, live, path);
  if (declared === undefined) return live === null ? [] : [`${path} = ${JSON.stringify(live)}`];
  if (Array.isArray(declared) && Array.isArray(live)) {
    const items: readonly unknown[] = live;
    return items.flatMap((item, index) => undeclared(declared[index], item, `${path}[${index}]`));
  }
  if (isPlain(declared) && isPlain(live)) {
    return Object.entries(live).flatMap(([key, value]) =>
      undeclared(declared[key], value, path === "" ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(declared) === JSON.stringify(live)
    ? []
    : [`${path}: ${JSON.stringify(declared)} is ${JSON.stringify(live)}`];
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a manifest. */
function documents(manifest: string): Plain[] {
  return parseAllDocuments(manifest).map((document) => document.toJS());
}

/** Every field of the applied objects that the manifest should have declared, with its object. */
export async function undeclaredFields(namespace: string, manifest: string): Promise<string[]> {
  const found = await Promise.all(
    documents(manifest).map(async (declared) => {
      const { name } = declared["metadata"] as { name: string };
      const live = await get(namespace, `${String(declared["kind"])}/${name}`);
      return undeclared(declared, live).map((line) => `${String(declared["kind"])}/${name}: ${line}`);
    }),
  );
  return found.flat();
}

/** What a server-side apply of the manifest would change of the running objects, field by field. */
export async function dryRunChanges(namespace: string, manifest: string): Promise<string[]> {
  const args = ["apply", "--server-side", "--dry-run=server", "--force-conflicts", "-o", "json", "-f", "-"];
  const answer = JSON.parse(await kubectl(args, manifest));
  const items: Plain[] = answer.items ?? [answer];
  const found = await Promise.all(
    items.map(async (after) => {
      const { name } = after["metadata"] as { name: string };
      const before = await get(namespace, `${String(after["kind"])}/${name}`);
      const [a, b] = [quiet(before), quiet(after)];
      return JSON.stringify(a) === JSON.stringify(b)
        ? []
        : [`${String(after["kind"])}/${name}`, ...undeclared(a, b), ...undeclared(b, a)];
    }),
  );
  return found.flat();
}

/** An object without what changes by itself while one looks: status, and the record of who applied when. */
function quiet(object: Plain): Plain {
  const { status: _status, ...rest } = object;
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = rest["metadata"] as Plain;
  return { ...rest, metadata };
}

/**
 * How many requests the API server has refused so far for want of a right, but for creations: controllers meet those in
 * namespaces that are being deleted. The difference over a test is what its pods met, those included that are gone.
 */
export async function refusals(): Promise<number> {
  const metrics = await kubectl(["get", "--raw", "/metrics"]);
  return metrics
    .split("\n")
    .filter((line) => line.startsWith("apiserver_request_total{") && line.includes('code="403"'))
    .filter((line) => !line.includes('verb="POST"'))
    .map((line) => Number(line.slice(line.lastIndexOf(" "))))
    .reduce((sum, count) => sum + count, 0);
}
