import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { render } from "../../generator/render.ts";
import { objectsOf, textAt } from "../support/object.ts";

type Data = Readonly<Record<string, string>>;

const read = (name: string) => readFileSync(new URL(`../../templates/${name}`, import.meta.url), "utf8");

/** Secrets by namespace and name, in the place of an API server. */
const store = `
import atexit, base64, json, os, urllib.error
STORE = json.loads(os.environ["STORE"])
atexit.register(lambda: print(json.dumps(STORE)))

def kube(method, path, body=None):
    namespace, name = path.split("/")[4], (path.split("/") + [None])[6]
    key = "%s/%s" % (namespace, name or body["metadata"]["name"])
    if (key in STORE) != (method == "GET"):
        raise urllib.error.HTTPError(path, 404 if method == "GET" else 409, "", {}, None)
    if method == "POST":
        text = {key: base64.b64encode(value.encode()).decode() for key, value in body.get("stringData", {}).items()}
        STORE[key] = {**text, **body.get("data", {})}
    return {"data": STORE[key]}
`;

/** What the Job of one user's Secret says, and the Secrets that there are then. */
function run(before: Readonly<Record<string, Data>>) {
  const program = [store, read("foreign-secrets.py"), read("create-secrets.py")].join("\n\n");
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], {
    env: {
      ...process.env,
      STORE: JSON.stringify(before),
      LABELS: "{}",
      SECRETS: JSON.stringify([{ name: "app.shop", username: "web.app", elsewhere: "web" }]),
    },
    encoding: "utf8",
  });
  const lines = stdout.trim().split("\n");
  const secrets: Readonly<Record<string, Data>> = JSON.parse(lines.pop() ?? "");
  return { said: [...lines, stderr.trim()].join("\n").trim(), status, secrets };
}

/** The objects in the namespace of a user's application, for a cluster whose Job makes certificates in any case. */
function abroad(provider: string): string[] {
  const repository = { name: "repo1", storage: "pvc", volume: { size: "1Gi" } };
  const documents = [
    {
      apiVersion: "cpo.opensource.cybertec.at/v1",
      kind: "OperatorConfiguration",
      metadata: { name: "cpo" },
      configuration: { kubernetes: { enable_cross_namespace_secret: true } },
    },
    {
      apiVersion: "pgrender.dev/v1",
      kind: "PostgresCluster",
      metadata: { name: "shop", namespace: "sales" },
      spec: {
        numberOfInstances: 1,
        postgresql: { version: "18" },
        volume: { size: "1Gi" },
        users: { "web.app": [] },
        secrets: { provider },
        backup: {
          certificates: { provider: "generate" },
          pgbackrest: { image: "backup:1", repos: [repository] },
        },
      },
    },
  ];
  const text = documents.map((each) => JSON.stringify(each)).join("\n---\n");
  const objects = objectsOf(render([{ path: "a.yaml", text }]).files);
  expect(objects.some((each) => textAt(each, "metadata", "name").startsWith("shop-secrets"))).toBe(true);
  return objects.flatMap((each) =>
    textAt(each, "metadata", "namespace") === "web" ? [textAt(each, "kind")] : [],
  );
}

const own = "{namespace}/app.shop";
const theirs = "web/app.shop";
const kept = { username: "YQ==", password: "a2VwdA==" };

describe("a Secret in another namespace", () => {
  it("is made there and beside the cluster, with one password", () => {
    const { said, status, secrets } = run({});

    expect([said, status]).toEqual(["app.shop: created, and in web", 0]);
    expect(secrets[own]).toEqual(secrets[theirs]);
    expect(Buffer.from(secrets[own]?.["password"] ?? "", "base64").toString()).toMatch(/^[A-Za-z0-9]{64}$/);
  });

  it.each([
    ["of CPO's operator, is copied beside the cluster", theirs, "app.shop: created, as it is in web"],
    ["that is missing, is copied from beside the cluster", own, "app.shop: created, from here in web"],
  ])("%s", (_, place, line) => {
    const { said, status, secrets } = run({ [place]: kept });

    expect([said, status]).toEqual([line, 0]);
    expect(secrets).toEqual({ [own]: kept, [theirs]: kept });
  });

  it("gives the Job a Role there, if it is the Job that makes it", () => {
    expect(abroad("generate")).toEqual(["Role", "RoleBinding"]);
    expect(abroad("existing")).toEqual([]);
  });

  it("is left as it is when both are there", () => {
    const { said, status, secrets } = run({ [own]: kept, [theirs]: kept });

    expect([said, status]).toEqual(["app.shop: is there, and in web", 0]);
    expect(secrets).toEqual({ [own]: kept, [theirs]: kept });
  });

  it("with another password is named, and neither is changed nor shown", () => {
    const both = { [own]: { ...kept, password: "b3RoZXI=" }, [theirs]: kept };

    const { said, status, secrets } = run(both);

    expect(status).toBe(1);
    expect(said).toBe(
      "the Secret app.shop has another password in the namespace web than beside the cluster",
    );
    expect(secrets).toEqual(both);
  });
});
