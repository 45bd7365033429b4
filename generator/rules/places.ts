import type { Group } from "../cluster/group.ts";
import type { podTemplate } from "../instance/pod.ts";

/** What a pod that is put together from several places has. */
export type Pod = Partial<NonNullable<ReturnType<typeof podTemplate>["spec"]>>;

export function containersOf({ initContainers = [], containers = [] }: Pod) {
  return [...initContainers, ...containers];
}

/** A path as the container sees it: from the root, without detours, and through the link from /var/run to /run. */
export function place(path: string): string {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}`.replace(/^\/var\/run(?=\/|$)/, "/run");
}

/** Whether a place is somewhere in a folder, and not the folder itself. */
export function isIn(inner: string, outer: string): boolean {
  return inner !== outer && inner.startsWith(outer === "/" ? "/" : `${outer}/`);
}

/** Where the spec says it: at the volume, else at the container. */
export function placeOf({ spec }: Group, container: string, volume: string): string[] {
  const additional = (spec.additionalVolumes ?? []).findIndex(({ name }) => name === volume);
  if (additional !== -1) return ["spec", "additionalVolumes", String(additional), "mountPath"];
  for (const list of ["initContainers", "init_containers", "sidecars"] as const) {
    const index = (spec[list] ?? []).findIndex(({ name }) => name === container);
    if (index !== -1) return ["spec", list, String(index), "volumeMounts"];
  }
  return ["spec"];
}
