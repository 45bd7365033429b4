import { readdirSync, statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import type { Problem } from "../problem.ts";
import { faultText, headOf, isFault } from "./fault.ts";

/** Waits for changes below a folder, which need not exist. */
export type Watch = {
  /**
   * Makes sure that every folder there is now is watched, so that whatever changes after this is told of. Has to be called
   * before the folder is read. Gives what keeps a folder from being watched.
   */
  readonly cover: () => Problem | undefined;
  /** Waits until something has changed since the last `cover`, and all is quiet; false once `close` was called. */
  readonly changed: () => Promise<boolean>;
  readonly close: () => void;
};

export type WatchOptions = {
  readonly watchOne?: typeof watch;
  /** Whether the system watches a folder with all that is below it. */
  readonly isDeep?: boolean;
};

// A save is several changes a few milliseconds apart: truncated and written, or moved away and made anew.
const quietMs = 20;
// Who writes all the time is read in between, too.
const mostMs = 1000;

/**
 * On Linux each folder has a watch of its own. Node's recursive one puts one on every file there, so that a fleet comes to
 * the system's limit ten times sooner; it looks into a new folder once, and what is made there while it looks stays
 * unseen (nodejs/node#48437, #53350). Here nothing that is told is relied on, but that something was: folders are listed
 * again after each change, and watched before they are read. macOS and Windows watch a folder in depth themselves.
 */
export function watchFolder(dir: string, options: WatchOptions = {}): Watch {
  const { watchOne = watch, isDeep = process.platform === "darwin" || process.platform === "win32" } =
    options;
  const watched = new Map<string, { readonly id: string; readonly watcher: FSWatcher }>();
  let isClosed = false;
  let at = 0;
  let wake = () => {};
  const tell = () => {
    at += 1;
    wake();
  };

  const drop = (path: string) => {
    watched.get(path)?.watcher.close();
    watched.delete(path);
  };
  const dropAll = (path: string) => {
    for (const each of watched.keys()) if (each === path || each.startsWith(`${path}${sep}`)) drop(each);
  };
  const add = (path: string, id: string, name?: string) => {
    const watcher = watchOne(path, { recursive: isDeep && name === undefined });
    watcher.on("change", (event, changed) => {
      const entry = changed === null ? undefined : String(changed);
      if (name !== undefined && entry !== undefined && entry !== name) return;
      // What came or went may be another folder than the one that was watched here, even with its number.
      if (event === "rename" && entry !== undefined) dropAll(join(path, entry));
      tell();
    });
    // What goes wrong while nobody asks is found out by the next `cover`.
    watcher.on("error", () => {
      drop(path);
      tell();
    });
    watched.set(path, { id, watcher });
  };

  /** One round; true if a folder was found that is not watched yet. */
  const coverOnce = (): boolean => {
    const wanted = foldersToWatch(dir, isDeep);
    // First those that are gone: what was moved away is the same folder to the system, and has one watch.
    for (const [path, { id }] of watched) if (wanted.get(path)?.id !== id) drop(path);
    const fresh = [...wanted].filter(([path]) => !watched.has(path));
    for (const [path, { id, name }] of fresh) {
      try {
        add(path, id, name);
      } catch (error) {
        // Gone in the meantime, which the folder around it will tell; or not to be read, which the reader will say.
        if (!isFault(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) throw error;
      }
    }
    return fresh.some(([path]) => watched.has(path));
  };

  let seen = 0;
  return {
    cover: () => {
      seen = at;
      try {
        while (coverOnce());
        return undefined;
      } catch (error) {
        const reason = faultText(error);
        if (reason === undefined) throw error;
        return unwatchable(reason, isFault(error, "ENOSPC", "EMFILE"));
      }
    },
    changed: async () => {
      while (at === seen && !isClosed) await new Promise<void>((done) => (wake = done));
      await quiet(() => (isClosed ? undefined : at));
      return !isClosed;
    },
    close: () => {
      isClosed = true;
      for (const path of watched.keys()) drop(path);
      wake();
    },
  };
}

/** Waits until a count has stayed as it is for a moment. */
async function quiet(count: () => number | undefined): Promise<void> {
  let last = count();
  for (let waited = 0; last !== undefined && waited < mostMs; waited += quietMs) {
    await new Promise((done) => setTimeout(done, quietMs));
    const now = count();
    if (now === last) return;
    last = now;
  }
}

/** A folder to watch: which one it is, however it is called, and the one entry in it that matters, if not all do. */
type Wanted = { readonly id: string; readonly name?: string };

/** The folder and those below it that specs are read from; around it, where its own coming and going is seen. */
function foldersToWatch(dir: string, isDeep: boolean): ReadonlyMap<string, Wanted> {
  const root = resolve(dir);
  const found = new Map<string, Wanted>();
  const around = nearestThere(root);
  if (around !== undefined) found.set(around.path, { id: around.id, name: around.name });
  const walk = (path: string): void => {
    const id = folderId(path);
    if (id === undefined) return;
    found.set(path, { id });
    if (isDeep) return;
    for (const entry of entriesOf(path)) {
      if (entry.isDirectory() && !entry.name.startsWith(".")) walk(join(path, entry.name));
    }
  };
  walk(root);
  return found;
}

function nearestThere(path: string): { path: string; id: string; name: string } | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const id = folderId(parent);
  return id === undefined ? nearestThere(parent) : { path: parent, id, name: basename(path) };
}

/** What makes a folder the same one under another name, and another one under the same. */
function folderId(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? `${stats.dev} ${stats.ino} ${stats.birthtimeMs}` : undefined;
  } catch (error) {
    if (faultText(error) === undefined) throw error;
    return undefined;
  }
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (faultText(error) === undefined) throw error;
    return [];
  }
}

function unwatchable(reason: string, isLimit: boolean): Problem {
  return {
    rule: "cannot-watch",
    severity: "error",
    message: `changes here cannot be watched: ${reason}`,
    fix: isLimit
      ? "close other programs that watch files, or raise the system's limits: sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512; or run pgrender render after each change"
      : "run pgrender render after each change",
    at: headOf("."),
  };
}
