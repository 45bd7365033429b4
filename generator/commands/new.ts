import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { createFiles } from "../adapters/create.ts";
import { headOf } from "../adapters/fault.ts";
import { readInput } from "../adapters/input.ts";
import { below, printProblems, shownPath, visible } from "../adapters/terminal.ts";
import { folderOf, isKustomization } from "../file.ts";
import type { File } from "../file.ts";
import { yaml } from "../kube/yaml.ts";
import { withResource } from "../pipeline/add-resource.ts";
import { isError } from "../problem.ts";
import type { Problem } from "../problem.ts";
import { only } from "../select/only.ts";
import { clustersOption } from "./options.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";
import type { World } from "./world.ts";

/** As typed; what is undefined is asked for, or has its default. */
type NewOptions = {
  readonly clusters: string;
  readonly in?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly instances?: number;
  readonly size?: string;
  readonly synchronous?: boolean;
  readonly yes: boolean;
};

export const addNew: AddCommand = (top, { world, finish }) => {
  top
    .command("new")
    .description("write the spec of a new cluster")
    .argument("<NAME>", "its name")
    .addOption(clustersOption())
    .addOption(new Option("--in <DIR>", "folder for the spec, in the clusters folder"))
    .addOption(new Option("--namespace <NAME>", "namespace (default: the cluster's name)"))
    .addOption(new Option("--version <MAJOR>", "major version of PostgreSQL (default: 18)"))
    .addOption(new Option("--instances <COUNT>", "members (default: 3)").argParser(wholeNumber))
    .addOption(new Option("--size <QUANTITY>", "volume of each member (default: 10Gi)"))
    .addOption(new Option("--synchronous", "a commit waits until a replica has it"))
    .addOption(new Option("--yes", "ask nothing, take the defaults").default(false))
    .action((name: string, options: NewOptions) => finish(newCommand(name, options, world)));
};

/**
 * Writes a cluster's spec, and lists it in the kustomization of its folder. Asks on a terminal for what the options leave
 * open. Nothing is written over, and nothing is written that would not render. Returns the exit code.
 */
async function newCommand(name: string, options: NewOptions, world: World): Promise<number> {
  const { clusters } = options;
  const input = readInput(clusters);
  const folders = environments(input.files);
  const wrong = [
    ...nameProblems(name),
    ...below(
      clusters,
      input.problems.filter(({ rule }) => rule === "no-clusters-folder"),
    ),
  ];
  const given = wrong.length > 0 ? undefined : await answers(name, { options, folders }, world);
  const folder = given === undefined ? undefined : folderIn(clusters, given.in);
  if (given !== undefined && folder === undefined) wrong.push(noFolder(clusters, given.in, folders));
  if (given === undefined || folder === undefined) {
    printProblems(wrong, world);
    return exitCodes.problems;
  }

  const path = folder === "" ? `${name}.yaml` : `${folder}/${name}.yaml`;
  const file = { path, text: specText(name, given, schemaLine(clusters, folder)) };
  const listing = input.files.find((each) => isKustomization(each.path) && folderOf(each.path) === folder);
  const listed = listing === undefined ? undefined : withResource(listing, `${name}.yaml`);
  const edits = listing === undefined || listed === undefined ? [] : [{ path: listing.path, text: listed }];
  const changed = new Set([path, ...edits.map((edit) => edit.path)]);
  const after = [...input.files.filter((each) => !changed.has(each.path)), file, ...edits];
  const part = only(after, [path.replace(/\.yaml$/, "")]);
  const { problems } = world.render(part.files, part.scope);
  const errors = problems.filter(isError);
  const refused = errors.length > 0 ? errors : createFiles(clusters, [file], edits);
  printProblems(
    below(clusters, [
      ...refused,
      ...(listing !== undefined && listed === undefined ? [unlisted(listing.path, name)] : []),
    ]),
    world,
  );
  if (refused.length > 0) return exitCodes.problems;
  world.stdout(
    [path, ...edits.map((edit) => edit.path)]
      .map((each) => `${visible(shownPath(clusters, each))}\n`)
      .join(""),
  );
  world.stderr("pgrender render makes its manifests\n");
  return exitCodes.done;
}

type Answers = {
  readonly in: string;
  readonly namespace: string;
  readonly version: string;
  readonly instances: number;
  readonly size: string;
  readonly synchronous: boolean;
};

async function answers(
  name: string,
  { options, folders }: { readonly options: NewOptions; readonly folders: readonly string[] },
  world: World,
): Promise<Answers> {
  const ask = options.yes ? undefined : world.ask;
  const answer = async (question: string, given: string | undefined, otherwise: string) =>
    given ?? ((await ask?.(`${question} [${otherwise}] `)) || otherwise);
  const [first = ""] = folders;
  const place = await answer(
    `folder${folders.length > 1 ? ` (${folders.join(", ")})` : ""}`,
    options.in,
    first === "" ? options.clusters : shownPath(options.clusters, first),
  );
  const namespace = await answer("namespace", options.namespace, name);
  const version = await answer("major version of PostgreSQL", options.version, "18");
  const instances = await answer("members", options.instances?.toString(), "3");
  const size = await answer("volume of each", options.size, "10Gi");
  const synchronous = await answer(
    "commits wait for a replica, yes or no",
    options.synchronous === undefined ? undefined : "yes",
    "no",
  );
  return {
    in: place,
    namespace,
    version,
    instances: Number(instances),
    size,
    synchronous: /^y/i.test(synchronous),
  };
}

/** The folders that clusters lie in: those with a kustomization that lists some, and those without one. */
function environments(files: readonly File[]): readonly string[] {
  const found = files
    .filter(({ text }) => /kind["']?\s*:\s*["']?(PostgresCluster|postgresql)\b/.test(text))
    .filter(({ path }) => !isKustomization(path))
    .map(({ path }) => folderOf(path));
  return [...new Set(found)].sort();
}

function specText(name: string, given: Answers, line: string): string {
  const document = {
    apiVersion: "pgrender.dev/v1",
    kind: "PostgresCluster",
    metadata: { name, namespace: given.namespace },
    spec: {
      numberOfInstances: given.instances,
      postgresql: { version: given.version },
      ...(given.synchronous ? { patroni: { synchronous_mode: true } } : {}),
      volume: { size: given.size },
    },
  };
  return `${line}${yaml(document)}`;
}

/** For the editor, where the schemas lie beside the clusters folder, as `pgrender init` and `pgrender schema` put them. */
function schemaLine(clusters: string, folder: string): string {
  const schema = join(clusters, "..", "schemas", "postgrescluster.json");
  if (!existsSync(schema)) return "";
  const path = relative(join(clusters, folder), schema).split(sep).join("/");
  return `# yaml-language-server: $schema=${path}\n`;
}

/** A folder as typed, relative to the clusters folder; undefined if it is not in it. */
function folderIn(clusters: string, dir: string): string | undefined {
  const path = relative(clusters, dir).split(sep).join("/");
  return path === ".." || path.startsWith("../") || /^([A-Za-z]:|\/)/.test(path) ? undefined : path;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("It is no whole number.");
  return Number(text);
}

function nameProblems(name: string): Problem[] {
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return [];
  return [
    {
      rule: "wrong-format",
      severity: "error",
      message: `the name ${JSON.stringify(name)} does not have the form it needs`,
      fix: "write small letters, digits and -, a letter first, as in orders-2",
      at: headOf("."),
    },
  ];
}

function noFolder(clusters: string, dir: string, folders: readonly string[]): Problem {
  const known = folders.map((folder) => shownPath(clusters, folder)).join(", ");
  return {
    rule: "outside-clusters",
    severity: "error",
    message: `the folder is not in the clusters folder (${clusters})`,
    fix: `name a folder in it with --in DIR${known === "" ? "" : `: ${known}`}`,
    at: headOf(dir),
  };
}

function unlisted(path: string, name: string): Problem {
  return {
    rule: "not-listed",
    severity: "warning",
    message: `${name}.yaml could not be added to the resources without touching the rest of the file`,
    fix: `add it by hand: resources: [${name}.yaml]`,
    at: headOf(path),
  };
}
