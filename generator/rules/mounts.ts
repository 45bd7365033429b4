import type { Cluster } from "../cluster/cluster.ts";
import { groups, type Group } from "../cluster/group.ts";
import { podParts, podTemplate } from "../instance/pod.ts";
import { targets } from "../instance/volumes.ts";
import { nearest } from "../pipeline/messages.ts";
import { memberVolumes } from "../postgres/volumes.ts";
import { error, type Finding } from "./finding.ts";
import { containersOf, place, placeOf, type Pod } from "./places.ts";
import { closedFolders, hiddenPlaces } from "./shadows.ts";

/** What the API server would refuse, or CPO leave out without a word, of a pod that is put together from several places. */
export function podFits(cluster: Cluster): Finding[] {
  if (!asked(cluster)) return [];
  return groups(cluster)
    .slice(0, 1)
    .flatMap((group) => {
      const pod = podTemplate(group).spec ?? {};
      return [
        ...volumeNames(group),
        ...unknownTargets(group, pod),
        ...subPaths(group),
        ...devices(group, pod),
        ...mounts(group, pod),
        ...hiddenPlaces(group, pod),
        ...closedFolders(group, pod),
      ];
    });
}

function asked({ spec, fleet }: Cluster): boolean {
  const lists = [spec.additionalVolumes, spec.sidecars, spec.initContainers, spec.init_containers];
  const { sidecars, secretMount } = fleet.pod;
  return lists.some((list) => (list ?? []).length > 0) || sidecars.length > 0 || secretMount.secret !== "";
}

function volumeNames(group: Group): Finding[] {
  const built = podParts(group).flatMap((part) => part.volumes ?? []);
  const members = memberVolumes(group).map(({ name }) => name);
  const taken = new Set([...members, "additional-secret-mount", ...built.map(({ name }) => name)]);
  return (group.spec.additionalVolumes ?? []).flatMap(({ name }, index) => {
    const twice = taken.has(name);
    taken.add(name);
    if (!twice) return [];
    return error({
      rule: "volume-name",
      message: `spec.additionalVolumes[${index}].name is ${name}, and so is that of another volume of the pod`,
      fix: "give it a name of its own",
      path: ["spec", "additionalVolumes", String(index), "name"],
    });
  });
}

function unknownTargets(group: Group, pod: Pod): Finding[] {
  const known = ["all", ...containersOf(pod).map(({ name }) => name)];
  return (group.spec.additionalVolumes ?? []).flatMap((volume, index) =>
    targets(volume)
      .filter((target) => !known.includes(target))
      .map((target) =>
        error({
          rule: "target-container",
          message: `spec.additionalVolumes[${index}].targetContainers has ${target}, which is no container of the pod`,
          fix: `${nearest(target, known) === undefined ? "write one of" : `did you mean ${nearest(target, known) ?? ""}? There are`} ${known.join(", ")}`,
          path: ["spec", "additionalVolumes", String(index), "targetContainers"],
        }),
      ),
  );
}

/** `$(NAME)` in a plain subPath would be the name of a folder. */
function subPaths({ spec }: Group): Finding[] {
  return (spec.additionalVolumes ?? []).flatMap(({ subPath = "", isSubPathExpr }, index) => {
    if (isSubPathExpr === true || !subPath.includes("$(")) return [];
    return error({
      rule: "wrong-value",
      message: `spec.additionalVolumes[${index}].subPath is ${subPath}, whose variable would not be replaced`,
      fix: "add isSubPathExpr: true",
      path: ["spec", "additionalVolumes", String(index), "subPath"],
    });
  });
}

/** A device is the volume of a claim: all others are folders. */
function devices(group: Group, pod: Pod): Finding[] {
  const claimed = (pod.volumes ?? []).filter(
    (volume) => volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined,
  );
  return containersOf(pod).flatMap(({ name, volumeDevices = [] }) =>
    volumeDevices
      .filter((device) => !claimed.some((volume) => volume.name === device.name))
      .map((device) =>
        error({
          rule: "mount",
          message: `container ${name} wants the volume ${device.name} as a device, which no claim of spec.additionalVolumes is`,
          fix: "name one with persistentVolumeClaim whose volumeMode is Block, or mount it as a folder",
          path: placeOf(group, name, ""),
        }),
      ),
  );
}

/** Each container's mounts: of volumes that the pod has, and one at a path. */
function mounts(group: Group, pod: Pod): Finding[] {
  // Those of the members come from claims, which the pod's own list does not have.
  const volumes = new Set([...memberVolumes(group), ...(pod.volumes ?? [])].map(({ name }) => name));
  return containersOf(pod).flatMap(({ name, volumeMounts = [] }) => {
    const unknown = volumeMounts.filter((mount) => !volumes.has(mount.name));
    const twice = volumeMounts.filter(({ mountPath }, index) =>
      volumeMounts.slice(0, index).some((other) => place(other.mountPath) === place(mountPath)),
    );
    return [
      ...unknown.map((mount) =>
        error({
          rule: "mount",
          message: `container ${name} mounts the volume ${mount.name}, which the pod does not have`,
          fix: "add it to spec.additionalVolumes",
          path: placeOf(group, name, mount.name),
        }),
      ),
      ...twice.map((mount) =>
        error({
          rule: "mount",
          message: `container ${name} would have two volumes at ${mount.mountPath}, the second one is ${mount.name}`,
          fix: "mount it at a path of its own",
          path: placeOf(group, name, mount.name),
        }),
      ),
    ];
  });
}
