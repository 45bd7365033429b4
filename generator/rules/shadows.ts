import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Group } from "../cluster/group.ts";
import { podParts } from "../instance/pod.ts";
import { generationsOf } from "../cluster/generation.ts";
import { dataDirectory, walDirectory } from "../naming.ts";
import { tablespaceDirectories } from "../postgres/volumes.ts";
import { error, type Finding } from "./finding.ts";
import { containersOf, isIn, place, placeOf, type Pod } from "./places.ts";

/** What the database's image, or the node, has at a place, so that nothing can be mounted over it. */
const ofTheImage = "/bin /sbin /lib /lib64 /usr /usr/bin /usr/sbin /usr/lib /usr/share /etc /dev /sys".split(
  " ",
);
const token = "/run/secrets/kubernetes.io/serviceaccount";

type Mounted = { readonly mount: IVolumeMount; readonly at: string };

/** Mounts over what the container needs as it is. */
export function hiddenPlaces(group: Group, pod: Pod): Finding[] {
  const ours = ownVolumes(group);
  return containersOf(pod).flatMap(({ name, volumeMounts = [] }) =>
    mounted(volumeMounts)
      .filter(({ mount }) => !ours.has(mount.name))
      .flatMap(({ mount, at }) => {
        const reason = name === "postgres" ? (hidesAny(at) ?? hides(group, at)) : hidesAny(at);
        if (reason === undefined) return [];
        return error({
          rule: "mount",
          message: `container ${name} would have the volume ${mount.name} at ${mount.mountPath}, ${reason}`,
          fix: "mount it at a path of its own",
          path: placeOf(group, name, mount.name),
        });
      }),
  );
}

function hidesAny(at: string): string | undefined {
  if (at === "/") return "over the whole image";
  return at === "/proc" || isIn(at, "/proc") ? "where the kernel shows its processes" : undefined;
}

function hides(group: Group, at: string): string | undefined {
  const programs = place(group.profile.binDirectory.replace("{version}", String(group.version)));
  const image = [...ofTheImage, "/usr/lib/postgresql", programs];
  if (image.includes(at) || isIn(programs, at)) return "over what the image has there";
  if (at === token) return "over the token with which Patroni asks the API server";
  const empty = [
    ...generationsOf(group).flatMap((generation) => [
      dataDirectory(generation),
      ...(group.spec.walVolume === undefined ? [] : [walDirectory(generation)]),
    ]),
    ...tablespaceDirectories(group),
  ];
  const folder = empty.find((own) => at === own || isIn(at, own));
  return folder === undefined ? undefined : `in ${folder}, which PostgreSQL wants to itself`;
}

/** Mounts within a mount of a ConfigMap or a Secret, in which no folder can be made for them: no such container starts. */
export function closedFolders(group: Group, pod: Pod): Finding[] {
  const ours = ownVolumes(group);
  const closed = new Map(
    (pod.volumes ?? []).flatMap((volume) => (isClosed(volume) ? [[volume.name, volume]] : [])),
  );
  return containersOf(pod).flatMap(({ name, volumeMounts = [] }) => {
    const all = mounted(volumeMounts);
    return all.flatMap((inner) => {
      // A single file is mounted over one that may be there.
      if (isPart(inner.mount)) return [];
      const outer = all.find(
        ({ mount, at }) =>
          closed.has(mount.name) &&
          !isPart(mount) &&
          isIn(inner.at, at) &&
          !hasFolder(closed.get(mount.name), at, inner.at),
      );
      if (outer === undefined) return [];
      const own = ours.has(inner.mount.name) ? outer.mount.name : inner.mount.name;
      return error({
        rule: "mount",
        message: `container ${name} would have the volume ${inner.mount.name} at ${inner.mount.mountPath}, within ${outer.mount.name} at ${outer.mount.mountPath}: nothing can be mounted in a ${kindOf(closed.get(outer.mount.name))}, and the container would not start`,
        fix: "mount it at a path of its own",
        path: placeOf(group, name, own),
      });
    });
  });
}

function mounted(mounts: readonly IVolumeMount[]): readonly Mounted[] {
  return mounts.map((mount) => ({ mount, at: place(mount.mountPath) }));
}

function ownVolumes(group: Group): ReadonlySet<string> {
  return new Set([
    "pgdata",
    ...podParts(group).flatMap(({ mounts, volumes }) =>
      [...(mounts ?? []), ...(volumes ?? [])].map(({ name }) => name),
    ),
  ]);
}

function isPart({ subPath, subPathExpr }: IVolumeMount): boolean {
  return subPath !== undefined || subPathExpr !== undefined;
}

/** What the kubelet mounts for reading only. */
const kinds = {
  configMap: "ConfigMap",
  secret: "Secret",
  projected: "projected volume",
  downwardAPI: "downwardAPI volume",
} as const;

function kindOf(volume: IVolume | undefined): string | undefined {
  const key = (["configMap", "secret", "projected", "downwardAPI"] as const).find(
    (name) => volume?.[name] !== undefined,
  );
  return key === undefined ? undefined : kinds[key];
}

function isClosed(volume: IVolume): boolean {
  return kindOf(volume) !== undefined;
}

/** Whether a ConfigMap or a Secret is laid out with a folder at the place. */
function hasFolder(volume: IVolume | undefined, outer: string, inner: string): boolean {
  const relative = inner.slice(outer.length + 1);
  const sources = volume?.projected?.sources ?? [];
  const items = [
    volume?.configMap,
    volume?.secret,
    volume?.downwardAPI,
    ...sources.flatMap(({ configMap, secret, downwardAPI }) => [configMap, secret, downwardAPI]),
  ];
  return items.some((source) => (source?.items ?? []).some(({ path }) => path.startsWith(`${relative}/`)));
}
