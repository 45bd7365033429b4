// Writes generator/pgbackrest/options.json: the options of a pgBackRest, as it tells them itself; and
// test/pgbackrest/verdicts.tsv: which of some values each of them takes.
//
//   node bin/pgbackrest-options.mjs [COMMAND…]
//
// COMMAND runs a shell where pgBackRest is, e.g. `kubectl exec -i POD --`, `docker run --rm -i IMAGE` or `chroot FOLDER`;
// left out: here. It needs sh and timeout, and has a folder in /tmp meanwhile. Nothing is backed up or restored: no path is there.
//
// `help` lists the options of each command. Each is then given values that cannot be right: what is said about them tells
// its type, its range or words, and whether a configuration file may have it.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const shell = [...process.argv.slice(2), "sh"];
const folder = "/tmp/pgrender-options";
const configuration = `${folder}/pgbackrest.conf`;
const separator = "\u001e";

/** What is printed for each question: the arguments, and the lines of a configuration file. */
function asked(questions) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const script = questions.map(({ args, lines = [] }) =>
    [
      `printf '%s\\n' ${lines.map(quoted).join(" ")} > ${configuration}`,
      `timeout 2 pgbackrest ${args.map(quoted).join(" ")} <${configuration} 2>&1`,
      `printf '\\036'`,
    ].join("\n"),
  );
  const input = [`mkdir -p ${folder}`, ...script, `rm -rf ${folder}`].join("\n");
  const { stdout, error } = spawnSync(shell[0], [...shell.slice(1), "-s"], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw error;
  const answers = stdout.split(separator).slice(0, -1);
  if (answers.length !== questions.length) throw new Error("the shell ended before the last question");
  return answers;
}

// The help leaves these out, and a configuration file may have them.
const unlisted = {
  beta: ["backup", "restore"],
  "job-retry": ["backup", "restore"],
  "job-retry-interval": ["backup", "restore"],
  "repo-block-age-map": ["backup"],
  "repo-block-checksum-size-map": ["backup"],
  "repo-block-size-map": ["backup"],
  "repo-block-size-super": ["backup"],
  "repo-block-size-super-full": ["backup"],
  "sck-block": ["backup", "restore"],
};

const [first] = asked([{ args: ["help"] }]);
const commands = [...first.matchAll(/^ {4}([a-z-]+) {2,}\S/gm)].map(([, command]) => command);
const version = /pgBackRest (\d+\.\d+)/.exec(first)?.[1] ?? "";
const commandsOf = new Map(Object.entries(unlisted));
for (const [index, text] of asked(commands.map((command) => ({ args: ["help", command] }))).entries())
  for (const [, name] of text.matchAll(/^ {2}--([a-z0-9-]+)/gm))
    if (name !== "help" && name !== "version")
      commandsOf.set(name, [...(commandsOf.get(name) ?? []), commands[index]]);
const names = [...commandsOf.keys()].sort();

// The command that an option is asked of, and what has to stand beside it for it to be looked at.
const preferred = ["backup", "archive-push", "archive-get", "restore", "server", "expire", "check", "info"];
const commandOf = (name) =>
  // Of the commands with a type, it is a restore that a spec gives one.
  (name === "type" ? ["restore"] : preferred).find((known) => commandsOf.get(name).includes(known)) ??
  commandsOf.get(name)[0];
const store = {
  s3: { bucket: "b", endpoint: "e", region: "r", key: "k", "key-secret": "s" },
  azure: { account: "a", container: "c", key: "aw==" },
  gcs: { bucket: "b", key: "/none" },
  sftp: {
    host: "h",
    "host-user": "u",
    "host-key-hash-type": "sha1",
    "private-key-file": "/none",
  },
};
const storeOptions = (kind) => ({
  "repo1-type": kind,
  ...Object.fromEntries(
    Object.entries(store[kind]).map(([option, value]) => [`repo1-${kind}-${option}`, value]),
  ),
});
const beside = [
  [/^repo-storage-/, storeOptions("s3")],
  ...Object.keys(store).map((kind) => [new RegExp(`^repo-${kind}-`), storeOptions(kind)]),
  [/^repo-s3-role$/, { "repo1-s3-key-type": "auto" }],
  [/^repo-(bundle-|block)/, { "repo1-bundle": "y" }],
  [/^repo-block-/, { "repo1-block": "y" }],
  [/^repo-cipher-pass$/, { "repo1-cipher-type": "aes-256-cbc" }],
  [
    /^repo-host-/,
    {
      "repo1-host": "h",
      "repo1-host-type": "tls",
      "repo1-host-cert-file": "/c",
      "repo1-host-key-file": "/k",
    },
  ],
  [
    /^pg-host-/,
    { "pg1-host": "h", "pg1-host-type": "tls", "pg1-host-cert-file": "/c", "pg1-host-key-file": "/k" },
  ],
  [/^pg-host-(cmd|port|user|config)/, { "pg1-host-type": "ssh" }],
  [/^(spool-path|archive-(get|push)-queue-max)$/, { "archive-async": "y" }],
  [
    /^tls-server-/,
    {
      "tls-server-ca-file": "/none",
      "tls-server-cert-file": "/none",
      "tls-server-key-file": "/none",
      "tls-server-auth": "a=*",
    },
  ],
  [/^target/, { type: "time", target: "x" }],
];
const quiet = [`--config=${configuration}`, "--log-level-console=warn", "--log-level-file=off"];

/** A question about `values` of an option: a line of [global] each, or arguments. */
function question(
  name,
  values,
  { asArgument = false, inStanza = false, spelt = given(name), more = {} } = {},
) {
  const command = commandOf(name);
  const isServer = command.startsWith("server");
  const rest = {
    ...(isServer ? {} : { "repo1-path": "/none", "lock-path": folder, "io-timeout": "1" }),
    ...Object.assign({}, ...beside.filter(([of]) => of.test(name)).map(([, options]) => options)),
    ...more,
  };
  const args = [
    ...(commandsOf.get("stanza").includes(command) ? ["--stanza=x"] : []),
    ...(commandsOf.get("pg-path").includes(command) ? ["--pg1-path=/none"] : []),
  ];
  const arguments_ = ["type", "target"].filter((key) => key in rest && key !== name);
  args.push(...arguments_.map((key) => `--${key}=${rest[key]}`));
  const drop = new Set([spelt, "type", "target"]);
  const lines = Object.entries(rest).flatMap(([key, value]) => (drop.has(key) ? [] : [`${key}=${value}`]));
  const own = values.map((value) => `${spelt}=${value}`);
  const last = command === "archive-push" ? ["x"] : command === "archive-get" ? ["x", "y"] : [];
  const isTwice = (argument) => argument.startsWith(`--${spelt}=`) && (asArgument || spelt !== "config");
  const kept = [...quiet, ...args].filter((argument) => !isTwice(argument));
  const isOfServer = (line) => line.startsWith("pg1-");
  return {
    args: [...kept, ...(asArgument ? own.map((line) => `--${line}`) : []), command, ...last],
    lines: [
      "[global]",
      ...lines.filter((line) => !isOfServer(line)),
      ...(asArgument || inStanza ? [] : own),
      "[x]",
      ...lines.filter(isOfServer),
      ...(inStanza ? own : []),
    ],
  };
}

let indexed = new Set();
const given = (name) => (indexed.has(name) ? spelt(name) : name);
const spelt = (name) => name.replace(/^(repo|pg)-/, "$11-");
const withIndex = asked(names.map((name) => question(name, ["~"], { spelt: spelt(name) })));
indexed = new Set(
  names.filter(
    (name, index) => spelt(name) !== name && !/invalid option|cannot have an index/.test(withIndex[index]),
  ),
);

// A file's [global] has most of them, its section of a stanza some, and the command line alone the rest.
const inFile = answersOf(names, ["~"]);
const isArgument = (name) => inFile.get(name).includes("command-line only option");
const isOfStanza = (name) => inFile.get(name).includes(`stanza-only option '${given(name)}'`);
const nonsense = atItsPlace(names, ["~"]);
const types = new Map(names.map((name) => [name, typeByNonsense(name)]));
const numbers = names.filter((name) => types.get(name) === "number");
const sized = atItsPlace(numbers, ["1KiB"]);
const timed = atItsPlace(numbers, ["1d"]);
const huge = atItsPlace(numbers, ["9000000000000000"]);
const texts = names.filter((name) => types.get(name) === "string");
const twice = atItsPlace(texts, ["one", "two"]);
const exposed = answersOf(texts, ["x"], () => ({ asArgument: true }));
const helps = asked(names.map((name) => ({ args: ["help", commandOf(name), name] })));
const kinds = wordsOf(nonsense.get("compress-type"));
// Which levels there are, is told for none: what is not out of range is in it.
const tried = Array.from({ length: 50 }, (_, index) => index - 20);
const levels = kinds.filter((kind) => kind !== "none").map(levelsOf);

const rows = names.map((name, index) => {
  const of = commandsOf.get(name);
  const words = wordsOf(`${nonsense.get(name)}${sized.get(name) ?? ""}`);
  const range = rangeOf(huge.get(name) ?? "");
  const value = /^default: (.*)$/m.exec(helps[index])?.[1];
  const old = /^deprecated names?: (.*)$/m.exec(helps[index])?.[1];
  const entry = {
    type: finalType(name),
    ...(indexed.has(name) ? { index: name.split("-")[0] } : {}),
    ...(isArgument(name) ? { place: "command" } : {}),
    ...(isOfStanza(name) ? { place: "stanza" } : {}),
    ...(name === "compress-level" ? { levels: Object.fromEntries(levels) } : {}),
    ...(range === undefined ? {} : { range }),
    ...(words.length > 0 ? { words } : {}),
    ...(exposed.get(name)?.includes("not allowed on the command-line") ? { secret: true } : {}),
    ...(of.includes("restore") ? { restore: true } : {}),
    ...(value === undefined ? {} : { default: value }),
    ...(old === undefined ? {} : { was: old.split(", ") }),
  };
  return `    ${JSON.stringify(name)}: ${JSON.stringify(entry)}`;
});
const target = fileURLToPath(new URL("../generator/pgbackrest/options.json", import.meta.url));
writeFileSync(target, `{\n  "version": "${version}",\n  "options": {\n${rows.join(",\n")}\n  }\n}\n`);

// What the test holds our own reading of values against: + for each sample that pgBackRest takes.
const samples = (
  "y n Y true 0 1 -1 +1 01 60 9999999 10000000 1.5 1d 1w 2M 1ms 100ms 1h 1KiB 64kb 1MB 8192KiB 20Mi 20m 2P " +
  "1E / /abs/ /a//b rel/x k=v =v full count gz none"
).split(" ");
// Which levels there are depends on what stands beside them.
const isOpen = (name) => texts.includes(name) || name === "compress-level";
const judged = names.filter((name) => !isArgument(name) && !name.startsWith("pg-") && !isOpen(name));
const verdicts = samples.map((sample) => answersOf(judged, [sample]));
const wrong =
  /ERROR: \[03[12]\]: (boolean option|key\/value|'[^']*' (is not (valid|allowed)|is out of range|must begin|cannot contain))/;
const lines = judged.map((name) => {
  const signs = verdicts.map((of) => (isRefused(name, of.get(name)) ? "-" : "+"));
  return `${name}\t${signs.join("")}\n`;
});
const kept = fileURLToPath(new URL("../test/pgbackrest/verdicts.tsv", import.meta.url));
writeFileSync(kept, `samples\t${samples.join(" ")}\n${lines.join("")}`);

/** Whether it is this option that is complained about, and not one that stands beside it. */
function isRefused(name, said) {
  return said.split("\n").some((line) => wrong.test(line) && line.includes(`'${given(name)}'`));
}

function answersOf(of, values, more = () => ({})) {
  const said = asked(of.map((name) => question(name, values, more(name))));
  return new Map(of.map((name, index) => [name, said[index]]));
}

function atItsPlace(of, values) {
  return answersOf(of, values, (name) => ({ asArgument: isArgument(name), inStanza: isOfStanza(name) }));
}

function typeByNonsense(name) {
  const said = nonsense.get(name);
  if (/boolean option '.*must be 'y' or 'n'/.test(said)) return "boolean";
  if (/key\/value '~' not valid/.test(said)) return "map";
  if (/'~' must begin with \//.test(said)) return "path";
  if (/'~' is not allowed/.test(said)) return "word";
  if (said.includes("'~' is not valid for")) return "number";
  return "string";
}

/** What counts in bytes takes KiB, what counts in seconds takes d, and an integer neither. */
function finalType(name) {
  const type = types.get(name);
  if (type === "string") return /set multiple times/.test(twice.get(name)) ? "string" : "list";
  if (type !== "number") return type;
  if (!sized.get(name).includes(`'1KiB' is not valid`)) return "size";
  return timed.get(name).includes(`'1d' is not valid`) ? "integer" : "time";
}

function wordsOf(said) {
  const list = /allowed values are (.*)/.exec(said)?.[1] ?? "";
  return [...list.matchAll(/'([^']*)'/g)].map(([, word]) => word);
}

function rangeOf(said) {
  const [, least, most] = /allowed range is (\S+) to (\S+) inclusive/.exec(said) ?? [];
  return least === undefined ? undefined : [least, most];
}

function levelsOf(kind) {
  const more = { "compress-type": kind };
  const said = asked(tried.map((level) => question("compress-level", [String(level)], { more })));
  const taken = tried.filter((_, index) => !said[index].includes("is out of range for 'compress-level'"));
  if (taken.length === tried.length)
    throw new Error(`no level of ${kind} was refused, so none was looked at`);
  return [kind, [String(taken.at(0)), String(taken.at(-1))]];
}
