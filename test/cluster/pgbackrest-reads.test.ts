import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { render } from "../../generator/render.ts";
import { filesIn } from "../support/files.ts";
import { at, isTree, objectsOf, textAt } from "../support/object.ts";
import { apply, dropNamespace, restrictedNamespace } from "./support/cluster.ts";
import { kubectl } from "./support/kubectl.ts";
import { toolPod } from "./support/pod.ts";
import { note } from "./support/note.ts";

/*
 * Every configuration of pgBackRest's that CPO's manifests and our own examples are rendered to, read by a real pgBackRest with
 * the commands that read it there. None of their servers and stores is reached: how far a command gets is not asked, but whether it
 * takes what it read.
 */

const namespace = "pgrender-pgbackrest-reads";
const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The commands that read a configuration, by the end of its ConfigMap's name. */
const readers: readonly (readonly [end: RegExp, commands: readonly string[]])[] = [
  [
    /-pgbackrest-config$/,
    ["archive-push /nowhere/000000010000000000000001", "archive-get 000000010000000000000001 /tmp/none"],
  ],
  [/-pgbackrest-repohost-config$/, ["--repo=1 backup", "--repo=1 expire"]],
  [/-pgbackrest-clone-config$/, ["archive-get 000000010000000000000001 /tmp/none", "restore"]],
  [/-verification$/, ["restore", "archive-get 000000010000000000000001 /tmp/none"]],
  [/-logical-backup$/, ["--repo=1 repo-ls"]],
];

type Read = { readonly title: string; readonly text: string; readonly command: string };

function configurations(): Read[] {
  const golden = readdirSync(folder("../golden")).map((name) => filesIn(folder(`../golden/${name}/in`)));
  const inputs = folder("../contract/inputs");
  const manifests = readdirSync(inputs)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [{ path: name, text: readFileSync(`${inputs}/${name}`, "utf8") }]);
  return [...golden, ...manifests].flatMap((files) =>
    objectsOf(render(files).files).flatMap((object) => {
      const name = textAt(object, "metadata", "name");
      const commands = readers.find(([end]) => end.test(name))?.[1];
      const data = at(object, "data");
      if (object["kind"] !== "ConfigMap" || commands === undefined || !isTree(data)) return [];
      return Object.entries(data)
        .filter(([key]) => key.endsWith(".conf"))
        .flatMap(([, text]) =>
          commands.map((command) => ({ title: `${name}: ${command}`, text: String(text), command })),
        );
    }),
  );
}

/** The keys that a Secret has beside such a file. */
function keysOf(text: string): string[] {
  const of = (form: RegExp, lines: (repo: string) => string[]) =>
    [...text.matchAll(form)].flatMap(([, repo = ""]) => lines(repo));
  return [
    ...of(/^(repo\d)-type = s3$/gm, (repo) =>
      text.includes(`${repo}-s3-key-type`) ? [] : [`${repo}-s3-key=k`, `${repo}-s3-key-secret=s`],
    ),
    ...of(/^(repo\d)-type = azure$/gm, (repo) => [`${repo}-azure-key=a2V5`]),
    ...of(/^(repo\d)-cipher-type = aes-256-cbc$/gm, (repo) => [`${repo}-cipher-pass=p`]),
  ];
}

/** One shell script for all: `number:code` and what was said, each after the other. */
function script(reads: readonly Read[]): string {
  const word = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return reads
    .map(({ text, command }, index) => {
      const [stanza = "db"] = [...text.matchAll(/^\[(?!global\])([^\]]+)\]$/gm)].map(([, name]) => name);
      const which = command.includes("repo-ls") ? "" : `--stanza=${stanza} --lock-path=/tmp/l`;
      const options = `--config=/dev/null --config-include-path=/tmp/c --log-level-console=warn --log-level-stderr=off`;
      return `rm -rf /tmp/c; mkdir -p /tmp/c
printf %s ${word(text)} >/tmp/c/a.conf
printf '%s\\n' '[global]' ${keysOf(text).map(word).join(" ")} >/tmp/c/keys.conf
said=$(AWS_ROLE_ARN=as-a-cloud-sets-it AWS_WEB_IDENTITY_TOKEN_FILE=/tmp/token timeout 2 pgbackrest ${options} ${which} ${command} 2>&1); echo "${index}:$?:$(echo "$said" | tr '\\n' ' ')"`;
    })
    .join("\n");
}

/** What pgBackRest ends with when it does not take its options (its error.yaml: 27 to 37). */
function isRefused(code: number, said: string): boolean {
  return (code >= 27 && code <= 37) || /configuration file contains|invalid option/i.test(said);
}

describe("pgBackRest", () => {
  beforeAll(async () => {
    await restrictedNamespace(namespace);
    await apply(JSON.stringify(toolPod(namespace, "reader", {})));
    await kubectl(["-n", namespace, "wait", "--for=condition=Ready", "pod/reader", "--timeout=60s"]);
  });
  afterAll(() => dropNamespace(namespace));

  const run = async (reads: readonly Read[]) => {
    const text = await kubectl(["-n", namespace, "exec", "-i", "reader", "--", "sh"], script(reads));
    return text
      .trim()
      .split("\n")
      .map((line) => {
        const [, index = "", code = "", said = ""] = /^(\d+):(\d+):(.*)$/.exec(line) ?? [];
        return { read: reads[Number(index)], code: Number(code), said };
      });
  };

  it("takes every configuration that is rendered", async () => {
    const reads = configurations();
    const found = await run(reads);

    note(`${reads.length} times`);
    expect(found).toHaveLength(reads.length);
    expect(reads.length).toBeGreaterThan(50);
    const refused = found.filter(({ code, said }) => isRefused(code, said));
    expect(refused.map(({ read, code, said }) => `${read?.title}: ${code} ${said}`)).toEqual([]);
  });

  it("would say so, if it did not", async () => {
    const [good] = configurations().filter(({ title }) => title.endsWith("backup"));
    const text = good?.text ?? "";
    const broken = [`${text}\nno-such-option = 1\n`, `${text}\ncompress-level = much\n`].map((each) => ({
      title: "broken",
      text: each,
      command: "--repo=1 backup",
    }));
    const found = await run(broken);

    expect(found.map(({ code, said }) => isRefused(code, said))).toEqual([true, true]);
  });
});
