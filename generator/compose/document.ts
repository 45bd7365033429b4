import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import type { Patch } from "./read-patch.ts";
import { entryOf, withEntries } from "./trace.ts";
import type { At, Placed } from "./trace.ts";

/** What a document was called before a transformer renamed it; the group and version are always those it has now. */
export type Former = { readonly kind: string; readonly name: string; readonly namespace: string };

/** A document on its way through kustomizations. It is never changed: each step makes another one. */
export type Doc = {
  readonly value: Entries;
  readonly at: At;
  /** Oldest first. Patches and references may use any of them. */
  readonly former: readonly Former[];
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** A generated ConfigMap whose name ends in a hash of its content. */
  readonly hashed: boolean;
  /** What is to be laid over the objects that are rendered from it, in this order. */
  readonly output: readonly Patch[];
};

export function newDoc(value: Entries, at: At): Doc {
  return { value, at, former: [], prefixes: [], suffixes: [], hashed: false, output: [] };
}

export function field(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The text of a single value; `""` for none, and for a list or mapping. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

export function textField(value: unknown, key: string): string {
  return textOf(field(value, key));
}

export function nameOf({ value }: Doc): string {
  return textField(value["metadata"], "name");
}

export function kindOf({ value }: Doc): string {
  return textField(value, "kind");
}

export function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

// Of kyaml's table of Kubernetes' own kinds. A kind that is not in it is taken to live in a namespace.
// https://github.com/kubernetes-sigs/kustomize/blob/kyaml/v0.18.1/kyaml/openapi/openapi.go
const clusterWide = new Set(
  [
    "admissionregistration.k8s.io: MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    "apiextensions.k8s.io: CustomResourceDefinition",
    "apiregistration.k8s.io: APIService",
    "certificates.k8s.io: CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io: FlowSchema PriorityLevelConfiguration",
    "networking.k8s.io: IngressClass",
    "node.k8s.io: RuntimeClass",
    "policy: PodSecurityPolicy",
    "rbac.authorization.k8s.io: ClusterRole ClusterRoleBinding",
    "scheduling.k8s.io: PriorityClass",
    "storage.k8s.io: CSIDriver CSINode StorageClass VolumeAttachment",
    ": ComponentStatus Namespace Node PersistentVolume",
  ].flatMap((line) => {
    const [group = "", kinds = ""] = line.split(": ");
    return kinds.split(" ").map((kind) => `${group.replace(":", "")}/${kind}`);
  }),
);

export function isClusterWide({ value }: Doc): boolean {
  const { group } = groupVersion(textField(value, "apiVersion"));
  return clusterWide.has(`${group}/${textField(value, "kind")}`);
}

/** A document with entries of its metadata changed; as it is if it has none, or none is changed. */
export function withMetadata(
  { value, at }: { readonly value: Entries; readonly at: At },
  change: (metadata: {
    readonly value: Entries;
    readonly at: At;
  }) => readonly (readonly [key: string, entry: Placed | undefined])[],
): Entries {
  const metadata = entryOf(value, at, "metadata");
  if (!isRecord(metadata?.value)) return value;
  const inside = { value: metadata.value, at: metadata.at };
  const changes = change(inside);
  if (changes.length === 0) return value;
  return withEntries({ value, at }, [["metadata", { value: withEntries(inside, changes), at: inside.at }]]);
}

/** What stands for the namespace of a document that is in none, as in kustomize. */
export const noNamespace = "_non_namespaceable_";

/** The namespace that counts when documents are told apart: none is the same as `default`. */
export function namespaceOf(doc: Doc): string {
  return isClusterWide(doc) ? noNamespace : textField(doc.value["metadata"], "namespace") || "default";
}

/** The name that a document has now, as an entry of `former`. */
export function present(doc: Doc): Former {
  return { kind: kindOf(doc), name: nameOf(doc), namespace: namespaceOf(doc) };
}

/** With what it is called now remembered, before it is renamed. */
export function remembered(doc: Doc): Doc {
  return { ...doc, former: [...doc.former, present(doc)] };
}

export function original(doc: Doc): Former {
  return doc.former[0] ?? present(doc);
}

/** All that a document is or was called. */
export function everNamed(doc: Doc): readonly Former[] {
  return [...doc.former, present(doc)];
}

export function idOf(apiVersion: string, { kind, name, namespace }: Former): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}

export function presentId(doc: Doc): string {
  return idOf(textField(doc.value, "apiVersion"), present(doc));
}

export function everIds(doc: Doc): string[] {
  const apiVersion = textField(doc.value, "apiVersion");
  return everNamed(doc).map((former) => idOf(apiVersion, former));
}

/** For a message: `PostgresCluster orders`, with its namespace if it has one. */
export function called(doc: Doc): string {
  const namespace = textField(doc.value["metadata"], "namespace");
  return `${kindOf(doc)} ${nameOf(doc)}${namespace === "" ? "" : ` in namespace ${namespace}`}`;
}
