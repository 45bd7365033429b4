import { ownSecrets } from "../access/index.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/object.ts";
import { names } from "../naming.ts";
import { storePlace } from "../pgbackrest/store.ts";
import { outputFolder } from "./emit.ts";

/** What no two objects of a fleet may share. */
export type Identity = { readonly kind: string; readonly name: string; readonly namespace?: string };

export function identity({ kind, metadata: { name, namespace } }: KubeObject): Identity {
  return namespace === undefined ? { kind, name } : { kind, name, namespace };
}

/** Something that only one can have; `isCommon` if those who want it so may share it. */
export type Thing = {
  readonly key: string;
  readonly label: string;
  readonly isCommon?: boolean;
  readonly fix?: string;
};

/** All that a cluster wants for itself, whether it is rendered, made at run time, or outside of Kubernetes. */
export function wanted(cluster: Cluster, objects: readonly Identity[]): Thing[] {
  const own = (kind: string, name: string) => inNamespace(cluster, { kind, name });
  return [
    own("cluster", cluster.name),
    ...objects.map((object) => inNamespace({ namespace: object.namespace, folder: cluster.folder }, object)),
    ...names.patroniObjects(cluster).map((name) => own("ConfigMap", name)),
    ...ownSecrets(cluster).map((secret) => secretThing(cluster, secret)),
    ...stateStore(cluster),
    ...repositories(cluster),
    outputThing(outputFolder(cluster)),
  ];
}

/** One that is somebody else's to put there can be an object of the user's, which a kustomization passes through. */
function secretThing(
  cluster: Cluster,
  { name, namespace = cluster.namespace }: { readonly name: string; readonly namespace?: string | undefined },
): Thing {
  const thing = inNamespace({ namespace, folder: cluster.folder }, { kind: "Secret", name });
  const isTheirs = ["existing", "sops"].includes(cluster.spec.secrets.provider);
  return isTheirs ? { ...thing, key: `of a cluster ${thing.key}` } : thing;
}

type Home = { readonly namespace?: string | undefined; readonly folder: string };

/** An object by its name, in the namespace that it lives in. */
export function inNamespace({ namespace, folder }: Home, { kind, name }: Identity): Thing {
  return {
    // Where none is named, each folder is applied to a namespace of its own.
    key: `${kind} ${namespace ?? `of ${folder}`}/${name}`,
    label: `the ${kind} ${name} in ${where({ namespace })}`,
  };
}

/** An output folder, without regard to case, as some file systems see it. */
export function outputThing(folder: string): Thing {
  return { key: `folder ${folder.toLowerCase()}`, label: `the output folder ${folder}` };
}

export function where({ namespace }: { readonly namespace?: string | undefined }): string {
  return namespace === undefined ? "the namespace they are applied to" : `namespace ${namespace}`;
}

/** Outside of Kubernetes, Patroni's keys know no namespace: two clusters of one name would be one to it. */
function stateStore({ name, spec: { dcs } }: Cluster): readonly Thing[] {
  if (dcs.type === "kubernetes") return [];
  const keys = `${dcs.namespace}${name}`;
  return dcs.hosts.map((host) => ({
    key: `dcs ${dcs.type} ${host.toLowerCase()} ${keys}`,
    label: `Patroni's keys ${keys} in the ${dcs.type} at ${host}`,
    fix: "rename one of the clusters, or give it a spec.dcs.namespace of its own",
  }));
}

/** pgBackRest's stanza has the same name everywhere, so the bucket and the path in it tell clusters apart. */
function repositories({ name: cluster, spec: { backup } }: Cluster): readonly Thing[] {
  const { repos = [], global = {} } = backup?.pgbackrest ?? {};
  return (repos ?? [])
    .filter(({ storage }) => storage !== "pvc")
    .map((repository) => {
      const { name, storage, resource } = repository;
      const { host, path, key } = storePlace(repository, global);
      return {
        key: `repository ${key}`,
        label: `backups in the ${storage} bucket ${resource || "without a name"}${host === "" ? "" : ` at ${host}`} below ${path}`,
        fix: `give each a path of its own, as in spec.backup.pgbackrest.global.${name}-path: /${cluster}`,
      };
    });
}
