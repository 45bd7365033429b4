import { folderOf } from "../file.ts";
import type { Problem } from "../problem.ts";
import { headOf } from "./fault.ts";
import type { Found } from "./listing.ts";

/** What a file at an output path has to be, and is not. undefined when it can be written there. */
export function wayProblem(path: string, found: Found): Problem | undefined {
  switch (found.kind) {
    case "missing":
    case "file":
      return undefined;
    case "symlink":
      return symlinkInOutput(found.path);
    case "folder":
      return inTheWay(found.path, `a folder lies where the file ${path} has to be written`);
    case "other":
      return inTheWay(found.path, "what lies here is neither a file nor a folder");
    case "blocked":
      return inTheWay(found.path, `${found.path} is no folder, and ${path} has to be written in it`);
  }
}

export function symlinkInOutput(path: string): Problem {
  return {
    rule: "symlink-in-output",
    severity: "error",
    message: "a symbolic link lies here, and a render would write to where it points",
    fix: "remove the link; the output folder holds only plain files and folders where a render writes",
    at: headOf(path),
  };
}

export function inTheWay(path: string, message: string): Problem {
  return {
    rule: "in-the-way",
    severity: "error",
    message,
    fix: "move it out of the output folder, or remove it",
    at: headOf(path),
  };
}

export function foreignFile(path: string): Problem {
  return {
    rule: "foreign-file",
    severity: "error",
    message:
      "a rendered file belongs here, but a file that pgrender did not write lies here, with other content",
    fix: "move it out of the output folder; or remove it, if the render may take its place",
    at: headOf(path),
  };
}

export function handEdited(path: string, what: "replaces" | "removes"): Problem {
  return {
    rule: "hand-edited",
    severity: "warning",
    message: `the file was changed after pgrender wrote it; a render ${what} it`,
    fix: "put the change into the spec; git still has the edited file if it was committed",
    at: headOf(path),
  };
}

/** What the API server would refuse for an object that exists, as the last render has it. */
export function refusedChange(path: string, reason: string): Problem {
  return {
    rule: "refused-change",
    severity: "error",
    message: `Kubernetes refuses this change of a volume that exists: ${reason}`,
    fix: "take the change back, or make a cluster with such volumes (`clone`) and move to it; if this was never applied anywhere, remove the file and render again",
    at: headOf(path),
  };
}

/** Each folder of a cluster's has one kustomization.yaml. */
export function clusterRemoved(path: string): Problem {
  const folder = folderOf(path);
  return {
    rule: "cluster-removed",
    severity: "warning",
    message: `no spec renders ${folder} any more: its files are removed, and a GitOps engine that prunes will stop this database`,
    fix: "if that is not meant, look for the spec: renamed, emptied, or no longer a cluster's",
    at: headOf(path),
  };
}

export function invalidInventory(path: string, reason: string): Problem {
  return {
    rule: "inventory-invalid",
    severity: "error",
    message: `the inventory cannot be used, and without it nobody knows which files are pgrender's: ${reason}`,
    fix: "restore it from git (after a merge conflict either side will do) and render again",
    at: headOf(path),
  };
}

export function invalidMarker(path: string, reason: string): Problem {
  return {
    rule: "marker-invalid",
    severity: "error",
    message: `what a cut-off run left to the next one cannot be used: ${reason}`,
    fix: "restore the output folder from git, without this file, and render again",
    at: headOf(path),
  };
}

export function unsafePath(path: string): Problem {
  return {
    rule: "unsafe-path",
    severity: "error",
    message: `${JSON.stringify(path)} cannot be the path of a rendered file`,
    fix: "rename the cluster or its folder: no backslash, no . or .. as a whole name, none of pgrender's own file names",
    at: headOf("."),
  };
}

const isAscii = /^[ -~]*$/;
const isLower = /^[ -@[-`{-~a-z]*$/;

/** Two paths, or two folders on the way to them, that macOS and Windows take for one. Paths are sorted. */
export function caseCollisions(paths: readonly string[]): readonly Problem[] {
  // Nearly always, and then no letter has another case.
  if (paths.every((path) => isLower.test(path))) return [];
  const spelling = new Map<string, string>();
  const known = new Set<string>();
  const problems: Problem[] = [];
  for (const path of paths) {
    for (
      let part = path;
      part !== "" && !known.has(part);
      part = part.slice(0, Math.max(part.lastIndexOf("/"), 0))
    ) {
      known.add(part);
      // macOS also takes the two ways of writing an accented letter for one.
      const key = (isAscii.test(part) ? part : part.normalize("NFC")).toLowerCase();
      const other = spelling.get(key);
      if (other === undefined) spelling.set(key, part);
      else problems.push(caseCollision(part, other));
    }
  }
  return problems;
}

function caseCollision(path: string, other: string): Problem {
  return {
    rule: "case-collision",
    severity: "error",
    message: `${path} and ${other} differ only in letter case, and are one on macOS and Windows`,
    fix: "rename one of the two clusters, or its folder",
    at: headOf(path),
  };
}

export function cutOff(path: string): Problem {
  return {
    rule: "cut-off",
    severity: "error",
    message: "an earlier run was cut off while it wrote this, which is no part of this run",
    fix: "render everything once: that completes what the earlier run began",
    at: headOf(path),
  };
}
