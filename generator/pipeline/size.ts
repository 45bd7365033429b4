import type { Cluster } from "../cluster/cluster.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Problem } from "../problem.ts";
import { isRecord } from "../record.ts";

/** Bytes that the values of a ConfigMap may have together (apimachinery's MaxSecretSize, which holds for both). */
const mostData = 1_048_576;

/** Bytes of one variable with its name (Linux's MAX_ARG_STRLEN, of which one ends the text): no program starts with a longer one. */
const mostVariable = 131_071;

/** What grows with the spec until Kubernetes would refuse it, or the pod not start. */
export function tooLarge(cluster: Cluster, objects: readonly KubeObject[]): Problem[] {
  return objects.flatMap((object): Problem[] => {
    const { kind, metadata } = object;
    const most = kind === "Job" ? mostVariable : mostData;
    const size = kind === "ConfigMap" ? bytes(dataOf(object)) : kind === "Job" ? longestVariable(object) : 0;
    if (size <= most) return [];
    const what = kind === "Job" ? `a variable of the Job ${metadata.name}` : `the ConfigMap ${metadata.name}`;
    return [
      {
        rule: "object-size",
        severity: "error",
        message: `${what} would have ${size} bytes, and ${kind === "Job" ? "Linux" : "Kubernetes"} takes ${most}`,
        fix: "have fewer users, prepared schemas and options of roles in this cluster, or make two of it",
        at: cluster.at(),
      },
    ];
  });
}

function dataOf(object: KubeObject): readonly string[] {
  const data = object["data"];
  return isRecord(data) ? Object.values(data).filter((text) => typeof text === "string") : [];
}

function longestVariable({ spec }: KubeObject): number {
  const pod = isRecord(spec) && isRecord(spec["template"]) ? spec["template"]["spec"] : undefined;
  const containers = isRecord(pod) && Array.isArray(pod["containers"]) ? pod["containers"] : [];
  const lengths = containers.flatMap((container: unknown) => {
    const variables = isRecord(container) && Array.isArray(container["env"]) ? container["env"] : [];
    return variables.map((variable: unknown) =>
      isRecord(variable) && typeof variable["value"] === "string"
        ? bytes([String(variable["name"]), "=", variable["value"]])
        : 0,
    );
  });
  return Math.max(0, ...lengths);
}

/** The bytes of texts, exactly where there may be many: no character has more than three for each of its units. */
function bytes(texts: readonly string[]): number {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  if (units < mostVariable / 3) return units;
  const encoder = new TextEncoder();
  return texts.reduce((sum, text) => sum + encoder.encode(text).length, 0);
}
