import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord } from "../record.ts";
import { cachesFolder } from "./caches.ts";
import { faultText } from "./fault.ts";
import { digest } from "./inventory.ts";

/** A render of a whole fleet that had nothing to say: what it was of, and what it left. */
type Memory = {
  /** Of everything that was read, and of the program. */
  readonly input: string;
  /** Of the inventory, which has a digest of each file. */
  readonly inventory: string;
  readonly clusters: number;
};

/** Where the last render into each output folder is remembered: below the user's caches, never in the repository. */
export type Memories = {
  /** Of the program's own files: another program may render the same specs otherwise. */
  readonly program: () => string;
  readonly recall: (output: string) => Memory | undefined;
  readonly keep: (output: string, memory: Memory) => void;
};

/** `root` is the folder of the package. A memory that cannot be read or written is none: the render is done. Undefined without a folder for it. */
export function memories(root: URL, env: Readonly<Record<string, string | undefined>>): Memories | undefined {
  const folder = cachesFolder(env);
  if (folder === undefined) return undefined;
  const place = (output: string) => join(folder, `${digest(resolve(output)).slice(0, 32)}.json`);
  return {
    program: () => digest(programFiles(fileURLToPath(root)).map(fileDigest).join("\n")),
    recall: (output) => attempt(() => memoryIn(readFileSync(place(output), "utf8"))),
    keep: (output, memory) => {
      attempt(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(place(output), JSON.stringify(memory), { mode: 0o600 });
      });
    },
  };
}

function programFiles(root: string): string[] {
  const below = (folder: string, ending: RegExp) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => ending.test(path))
      .map((path) => join(root, folder, path));
  const files = [
    ...below("dist", /\.js$/),
    ...below("templates", /\.\w+$/),
    ...below("generator", /\.json$/),
  ];
  return [...files, ...below("schemas", /\.\w+$/)].sort();
}

function fileDigest(path: string): string {
  return digest(readFileSync(path));
}

function memoryIn(text: string): Memory | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return undefined;
  const { input, inventory, clusters } = value;
  return typeof input === "string" && typeof inventory === "string" && typeof clusters === "number"
    ? { input, inventory, clusters }
    : undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (faultText(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
