import { afterAll, beforeAll, expect, it } from "vitest";
import { setting, settingNames } from "../../../generator/postgres/settings.ts";
import { hbaSamples } from "../../support/hba-samples.ts";
import { samples } from "../../support/samples.ts";
import { dropNamespace, restrictedNamespace } from "../support/cluster.ts";
import { attempt, kubectl } from "../support/kubectl.ts";
import { toolPod } from "../support/pod.ts";

/*
 * `vitest -u` writes test/postgres/verdicts-<version>.tsv anew: a line for each setting with its name and, for each of
 * its samples, + or - as PostgreSQL takes it or not; and hba-<version>.tsv likewise, a line for each of pg_hba.conf. ALTER SYSTEM checks what it is given as a configuration file is
 * checked. The unit tests hold our own verdict to that file.
 */
const namespace = "pgrender-settings";
const version = Number(process.env["PGRENDER_TEST_VERSION"] ?? "17");

const pod = toolPod(namespace, "server", {});

const start = `set -e
cd /tmp; PATH=$(ls -d /usr/lib/postgresql/${version}/bin /usr/pgsql-${version}/bin 2>/dev/null | head -1):$PATH
initdb -D /tmp/data -U postgres -E UTF8 --locale=C.UTF-8 >/tmp/log
printf '%s\n' '[req]' 'distinguished_name=n' 'prompt=no' '[n]' 'CN=server' >/tmp/request
openssl req -config /tmp/request -new -x509 -nodes -days 30 -out /tmp/data/server.crt -keyout /tmp/data/server.key 2>/tmp/log
cp /tmp/data/server.crt /tmp/data/root.crt; chmod 600 /tmp/data/server.key
pg_ctl -D /tmp/data -w -l /tmp/log -o "-c fsync=off -c ssl=on -c ssl_ca_file=root.crt -c unix_socket_directories=/tmp -c listen_addresses=" start >/dev/null`;

beforeAll(async () => {
  await restrictedNamespace(namespace);
  await kubectl(["apply", "-f", "-"], JSON.stringify(pod));
  await kubectl(["-n", namespace, "wait", "--for=condition=Ready", "pod/server", "--timeout=120s"]);
  await kubectl(["-n", namespace, "exec", "server", "--", "sh", "-c", start]);
});
afterAll(() => dropNamespace(namespace));

it("PostgreSQL takes and refuses what is written down for it", async () => {
  const asked = settingNames(version)
    // A file may set these two, ALTER SYSTEM may not.
    .filter((name) => name !== "data_directory" && name !== "allow_alter_system")
    .flatMap((name) => {
      const known = setting(version, name);
      return known === undefined || samples(known).length === 0 ? [] : [{ name, values: samples(known) }];
    });
  const script = asked.flatMap(({ name, values }) =>
    values.map(
      (value) => `alter system set ${name} = '${value.replaceAll("'", "''")}';\n\\echo verdict :SQLSTATE`,
    ),
  );
  const psql = ["psql", "-XAtq", "-h", "/tmp", "-U", "postgres"];
  const { stdout } = await attempt(
    ["-n", namespace, "exec", "-i", "server", "--", ...psql],
    `${script.join("\n")}\n`,
    600_000,
  );
  const verdicts = [...stdout.matchAll(/^verdict (\w+)$/gm)].map(([, state]) =>
    state === "00000" ? "+" : "-",
  );

  expect(verdicts).toHaveLength(script.length);
  let next = 0;
  const lines = asked.map(
    ({ name, values }) => `${name}\t${verdicts.slice(next, (next += values.length)).join("")}\n`,
  );
  await expect(lines.join("")).toMatchFileSnapshot(`../../postgres/verdicts-${version}.tsv`);
});

it("PostgreSQL loads and refuses the lines of pg_hba.conf that are written down", async () => {
  const script = `cat >/tmp/data/pg_hba.conf; psql -XAtq -h /tmp -U postgres -c "
    select line_number, error is null and type is not null from pg_hba_file_rules"`;
  const { stdout } = await attempt(
    ["-n", namespace, "exec", "-i", "server", "--", "sh", "-c", script],
    `${hbaSamples.join("\n")}\n`,
  );
  const found = new Map(
    stdout
      .trim()
      .split("\n")
      .map((row): [string, string] => [row.split("|")[0] ?? "", row]),
  );
  const lines = hbaSamples.map((line, index) => {
    const verdict = found.get(String(index + 1));
    return `${verdict === undefined ? "." : verdict.endsWith("t") ? "+" : "-"}\t${line}\n`;
  });

  expect(found.size).toBeGreaterThan(500);
  await expect(lines.join("")).toMatchFileSnapshot(`../../postgres/hba-${version}.tsv`);
});
