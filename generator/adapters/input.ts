import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import glob from "fast-glob";
import { folderOf, foldersAround, isKustomization } from "../file.ts";
import type { File } from "../file.ts";
import type { Problem } from "../problem.ts";
import { faultPath, faultText, headOf, isFault, unreadable } from "./fault.ts";
import type { OnProgress } from "./progress.ts";

export type Input = { readonly files: readonly File[]; readonly problems: readonly Problem[] };

// A spec has kilobytes; what is larger is a dump or an archive that got the wrong ending.
const maxBytes = 1024 * 1024;
const byteOrderMark = "\uFEFF";

/**
 * Reads all `.yaml` and `.yml` files below a folder, hidden ones left out, sorted by code point, with paths relative to
 * the folder. Each file that cannot be taken as it is (link, size, encoding, permission) is a Problem, at a path relative
 * to the folder; the others are returned all the same. Beside and below a kustomization.yaml, which may name any file,
 * other text files come along; one of them that cannot be read is left out.
 */
export function readInput(dir: string, onProgress: OnProgress = () => {}): Input {
  const absent = folderProblem(dir);
  if (absent !== undefined) return { files: [], problems: [absent] };
  try {
    // suppressErrors stays off: a folder that is skipped in silence would remove its clusters from the output.
    const entries = glob.sync("**/*", {
      cwd: dir,
      dot: false,
      followSymbolicLinks: false,
      onlyFiles: false,
      objectMode: true,
    });
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));

    const files: File[] = [];
    const problems: Problem[] = [];
    const composed = new Set(
      entries.filter(({ path }) => isKustomization(path)).map(({ path }) => folderOf(path)),
    );
    for (const [done, { path, dirent }] of entries.entries()) {
      onProgress("reading", done, entries.length);
      if (dirent.isSymbolicLink()) problems.push(symlink(path));
      else if (dirent.isDirectory()) continue;
      else if (!/\.ya?ml$/i.test(path)) {
        const text = dirent.isFile() && isComposed(path, composed) ? readText(dir, path) : undefined;
        if (typeof text === "string") files.push({ path, text });
      } else if (!/\.ya?ml$/.test(path)) problems.push(ending(path));
      else if (!dirent.isFile()) problems.push(unreadable(path, "it is no regular file"));
      else {
        const text = readText(dir, path);
        if (typeof text === "string") files.push({ path, text });
        else problems.push(text);
      }
    }
    return { files, problems };
  } catch (error) {
    const reason = faultText(error);
    if (reason === undefined) throw error;
    const path = relative(dir, faultPath(error) ?? dir)
      .split(sep)
      .join("/");
    return { files: [], problems: [unreadable(path === "" ? "." : path, reason)] };
  }
}

/** Whether a file lies beside or below a kustomization. */
function isComposed(path: string, folders: ReadonlySet<string>): boolean {
  return folders.size > 0 && foldersAround(path).some((folder) => folders.has(folder));
}

function folderProblem(dir: string): Problem | undefined {
  const problem = (message: string): Problem => ({
    rule: "no-clusters-folder",
    severity: "error",
    message,
    fix: "run pgrender where the folder is, or name the folder with --clusters DIR",
    at: headOf("."),
  });
  try {
    return statSync(dir).isDirectory() ? undefined : problem("the clusters folder is a file");
  } catch (error) {
    if (isFault(error, "ENOENT", "ENOTDIR")) return problem("the clusters folder does not exist");
    const reason = faultText(error);
    if (reason === undefined) throw error;
    return unreadable(".", reason);
  }
}

function readText(dir: string, path: string): string | Problem {
  const place = join(dir, path);
  try {
    const { size } = statSync(place);
    if (size > maxBytes) return tooLarge(path, size);
    const bytes = readFileSync(place);
    if (!isUtf8(bytes)) return notUtf8(path);
    const text = bytes.toString("utf8");
    return text.startsWith(byteOrderMark) ? text.slice(1) : text;
  } catch (error) {
    const reason = faultText(error);
    if (reason === undefined) throw error;
    return unreadable(path, reason);
  }
}

function symlink(path: string): Problem {
  return {
    rule: "symlink",
    severity: "error",
    message: "a symbolic link is not followed, because it can leave the clusters folder or form a loop",
    fix: "put a copy of the file there",
    at: headOf(path),
  };
}

function ending(path: string): Problem {
  return {
    rule: "file-ending",
    severity: "error",
    message: "only files whose names end in .yaml or .yml, in small letters, are read",
    fix: "write the ending in small letters",
    at: headOf(path),
  };
}

function tooLarge(path: string, bytes: number): Problem {
  return {
    rule: "file-too-large",
    severity: "error",
    message: `the file has ${bytes} bytes; a spec may have ${maxBytes} (1 MiB)`,
    fix: "move it out of the clusters folder, or split it",
    at: headOf(path),
  };
}

function notUtf8(path: string): Problem {
  return {
    rule: "not-utf8",
    severity: "error",
    message: "the file is not UTF-8 text",
    fix: "save it with the encoding UTF-8, or move it out of the clusters folder",
    at: headOf(path),
  };
}
