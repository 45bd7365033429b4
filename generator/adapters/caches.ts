import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder of our own below the user's caches; undefined where there is none, as for a user id that a container was
 * given without a home. What is in it may be removed at any time.
 */
export function cachesFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const caches = env["XDG_CACHE_HOME"] ?? "";
  if (caches !== "") return join(caches, "pgrender");
  try {
    return join(homedir(), ".cache", "pgrender");
  } catch {
    return undefined;
  }
}
