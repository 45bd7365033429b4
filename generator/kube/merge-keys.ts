import { asset } from "../assets.ts";

/*
 * How a strategic merge patch meets a list, of Kubernetes' kinds and of ours: as schemas/openapi.json tells kustomize, so
 * that both compose alike. A list of a kind that is not in there is replaced, as kustomize does.
 */

type Node = {
  readonly $ref?: string;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
};

type OpenApi = {
  readonly definitions: Readonly<Record<string, Node>>;
  /** By `apiVersion kind`. */
  readonly kinds: ReadonlyMap<string, Node>;
};

let read: OpenApi | undefined;

/**
 * The keys by which the items of the list at a path are told apart: one or several, none for a list of scalars that merges
 * as a set. undefined for a list that is replaced. A number in the path is an item of a list.
 */
export function mergeKey(
  apiVersion: string,
  kind: string,
  path: readonly (string | number)[],
): readonly string[] | undefined {
  const { definitions, kinds } = openApi();
  let node = kinds.get(`${apiVersion} ${kind}`);
  for (const step of path) {
    if (node === undefined) return undefined;
    const below: Node | undefined =
      typeof step === "number" ? node.items : (ownField(node, step) ?? node.additionalProperties);
    node = below?.$ref === undefined ? below : definitions[below.$ref.slice("#/definitions/".length)];
  }
  if (node?.items === undefined) return undefined;
  if (!(node["x-kubernetes-patch-strategy"] ?? "").split(",").includes("merge")) return undefined;
  const key = node["x-kubernetes-patch-merge-key"];
  return node["x-kubernetes-list-map-keys"] ?? (key === undefined ? [] : [key]);
}

function ownField({ properties }: Node, name: string): Node | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function openApi(): OpenApi {
  if (read !== undefined) return read;
  const { definitions }: { definitions: OpenApi["definitions"] } = JSON.parse(asset("schemas/openapi.json"));
  const kinds = Object.values(definitions).flatMap((definition) =>
    (definition["x-kubernetes-group-version-kind"] ?? []).map(
      ({ group, version, kind }) =>
        [`${group === "" ? version : `${group}/${version}`} ${kind}`, definition] as const,
    ),
  );
  read = { definitions, kinds: new Map(kinds) };
  return read;
}
