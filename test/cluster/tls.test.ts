import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apply,
  createCredentials,
  credentials,
  dropNamespace,
  healthy,
  inPod,
  manifests,
  restrictedNamespace,
  spec,
  sql,
} from "./support/cluster.ts";
import { completed } from "./support/jobs.ts";
import { attempt, get, kubectl, until } from "./support/kubectl.ts";
import { toolPod } from "./support/pod.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";
import { note } from "./support/note.ts";
import { poolerImage, poolerReady, small } from "./support/pooler.ts";

const namespace = "pgrender-tls";
const name = "pay";
const rendered = manifests(
  spec(namespace, name, 2, {
    spec: {
      secrets: { provider: "existing" },
      tls: { secretName: "pay-tls", caFile: "ca.crt" },
      connectionPooler: { dockerImage: poolerImage, numberOfInstances: 1, resources: small },
    },
    patroni: {
      pg_hba: [
        "local all all trust",
        "hostssl replication standby all scram-sha-256",
        "hostssl all reader all cert",
        "hostssl all all all scram-sha-256",
      ],
    },
  }),
);

/** An authority of its own, which signs the server's certificate, one of a client, and the server's next one. */
const authority = `
set -e
cd /tmp
make() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "$@" 2>/dev/null; }
make -subj /CN=authority -keyout ca.key -out ca.crt
make -subj /CN=stranger -keyout stranger.key -out stranger.crt
make -CA ca.crt -CAkey ca.key -subj /CN=reader -keyout reader.key -out reader.crt
for generation in 1 2; do
  make -CA ca.crt -CAkey ca.key -subj /CN=pay-$generation -addext subjectAltName=DNS:pay.${namespace}.svc \
    -keyout server-$generation.key -out server-$generation.crt
done
touch done
exec sleep infinity`;

const client = toolPod(namespace, "client", {
  name: "postgres",
  command: ["sh", "-c", authority],
  env: [
    {
      name: "PGPASSWORD",
      valueFrom: { secretKeyRef: { name: credentials("postgres", name), key: "password" } },
    },
  ],
});

async function certificate(generation: 1 | 2): Promise<void> {
  const file = (path: string) => inPod(namespace, "client", ["cat", `/tmp/${path}`]);
  const stringData = {
    "tls.crt": await file(`server-${generation}.crt`),
    "tls.key": await file(`server-${generation}.key`),
    "ca.crt": await file("ca.crt"),
  };
  const metadata = { name: "pay-tls", namespace };
  await apply(JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, stringData }));
}

/** What psql in the client's pod says, with these words of a connection string. */
function psql(words: string, query = "select 1") {
  const command = ["psql", "-XqAt", "-d", `dbname=postgres connect_timeout=5 ${words}`, "-c", query];
  return attempt(["-n", namespace, "exec", "client", "--", ...command]);
}

const verified = `host=pay.${namespace}.svc user=postgres sslmode=verify-full sslrootcert=/tmp/ca.crt`;
const asReader = `host=pay.${namespace}.svc user=reader sslmode=verify-full sslrootcert=/tmp/ca.crt`;

/** The name in the certificate that a pod serves. */
async function served(pod: string): Promise<string> {
  const { podIP } = (await get(namespace, "pod", pod)).status;
  const script = `openssl s_client -connect ${podIP}:5432 -starttls postgres </dev/null 2>/dev/null`;
  const text = await inPod(namespace, "client", ["sh", "-c", `${script} | openssl x509 -noout -subject`]);
  return /CN ?= ?(\S+)/.exec(text)?.[1] ?? "";
}

describe("a cluster with a certificate from a Secret", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await createCredentials(namespace, name, "test", ["postgres", "standby", "pooler"]);
    await apply(JSON.stringify(client));
    await until("the certificates are made", 60, async () => {
      await inPod(namespace, "client", ["test", "-e", "/tmp/done"]);
      return true;
    });
    await certificate(1);
    await apply(rendered);
    const leader = await healthy(namespace, name, 2);
    await sql(namespace, leader, "create role reader login");
    // The endpoints of a Service come a moment after its pods are Ready.
    for (const host of [name, `${name}-repl`])
      await until(`the Service ${host} leads to a member`, 30, async () => {
        const { code } = await psql(`host=${host}.${namespace}.svc user=postgres sslmode=require`);
        return code === 0;
      });
  });
  afterAll(() => dropNamespace(namespace));

  it("lets in who verifies it by its name and authority, and nobody is taken in by another one", async () => {
    const right = await psql(verified);
    const otherName = await psql(verified.replace(`pay.${namespace}.svc`, `pay-repl.${namespace}.svc`));
    const otherAuthority = await psql(verified.replace("ca.crt", "stranger.crt"));

    expect(right).toMatchObject({ code: 0, stdout: "1\n" });
    expect(otherName.stderr).toContain("does not match host name");
    expect(otherAuthority.stderr).toContain("certificate verify failed");
  });

  it("knows a client by its certificate, where pg_hba asks for one", async () => {
    const own = "sslcert=/tmp/reader.crt sslkey=/tmp/reader.key";

    expect(await psql(`${asReader} ${own}`, "select current_user")).toMatchObject({ stdout: "reader\n" });
    expect((await psql(asReader)).stderr).toContain("valid client certificate");
    expect((await psql(`${asReader} ${own.replaceAll("reader", "stranger")}`)).code).not.toBe(0);
  });

  it("runs from objects that declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });

  it("serves a renewed certificate when the schedule has come round, without a restart", async () => {
    const leader = await healthy(namespace, name, 2);
    const started = await sql(namespace, leader, "select pg_postmaster_start_time()");
    const [pooler = ""] = await poolerReady(namespace, `${name}-pooler`);
    expect(await served(leader)).toBe("pay-1");
    expect(await served(pooler)).toBe("pay-1");
    // A connection that is kept meanwhile, with nothing under way.
    const session = `(echo "select 'before';"; until [ -e /tmp/renewed ]; do sleep 0.2; done; echo "select 'after';")`;
    const kept = inPod(namespace, "client", [
      "sh",
      "-c",
      `${session} | psql -XqAt -d "dbname=postgres ${verified}" 2>&1`,
    ]);
    const from = Date.now();

    await certificate(2);
    const serial = "openssl x509 -noout -subject -in /tls/tls.crt";
    await until("the renewed certificate is in the pod", 180, async () =>
      (await inPod(namespace, leader, ["sh", "-c", serial])).includes("pay-2"),
    );
    note(`the renewed certificate was in the pod after ${((Date.now() - from) / 1000).toFixed(0)} s`);
    expect(await served(leader)).toBe("pay-1");
    await kubectl(["-n", namespace, "create", "job", "renewed", `--from=cronjob/${name}-converge`]);
    await completed(namespace, "renewed");

    await until("the renewed certificate is served", 30, async () => (await served(leader)) === "pay-2");
    await until("the pooler serves it by itself", 180, async () => (await served(pooler)) === "pay-2");
    expect(await poolerReady(namespace, `${name}-pooler`)).toEqual([pooler]);
    expect(await psql(verified)).toMatchObject({ code: 0, stdout: "1\n" });
    expect(await sql(namespace, leader, "select pg_postmaster_start_time()")).toBe(started);
    await inPod(namespace, "client", ["touch", "/tmp/renewed"]);
    expect(await kept).toBe("before\nafter\n");
  });
});
