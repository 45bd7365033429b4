import { createHash } from "node:crypto";
import { isRecord } from "../record.ts";
import type { Entries } from "../record.ts";
import { field, remembered, withMetadata } from "./document.ts";
import type { Doc } from "./document.ts";
import { entryOf } from "./trace.ts";

/** The document with the hash of its content at the end of its name, if it is to have one. */
export function withHash(doc: Doc): Doc {
  if (!doc.hashed) return doc;
  const hash = contentHash(doc.value);
  const value = withMetadata(doc, (metadata) => {
    const name = entryOf(metadata.value, metadata.at, "name");
    return name === undefined ? [] : [["name", { value: `${String(name.value)}-${hash}`, at: name.at }]];
  });
  return value === doc.value ? doc : { ...remembered(doc), value };
}

// kustomize means to hash the name too, but looks for a field that is called "metadata/name", and finds none.
// https://github.com/kubernetes-sigs/kustomize/blob/api/v0.18.0/api/hasher/hasher.go
function contentHash(value: Entries): string {
  const binary = field(value, "binaryData");
  const data = field(value, "data");
  const content = [
    ...(isRecord(binary) ? [`"binaryData":${goJson(binary)}`] : []),
    `"data":${goJson(data ?? "")},"kind":"ConfigMap","name":""`,
  ];
  const letters: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };
  const hex = createHash("sha256")
    .update(`{${content.join(",")}}`)
    .digest("hex");
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => letters[digit] ?? digit);
}

/** JSON as Go writes it: keys in order, and safe inside of HTML. */
function goJson(value: unknown): string {
  if (isRecord(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${goJson(key)}:${goJson(entry)}`).join(",")}}`;
  }
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
