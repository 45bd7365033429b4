import type { Cluster } from "../cluster/cluster.ts";
import { labelKey } from "../kube/checks/fault.ts";
import { labels } from "../kube/checks/scheduling.ts";
import { fieldName } from "../pipeline/messages.ts";
import { error, type Finding } from "./finding.ts";

type Texts = Readonly<Record<string, string>> | null | undefined;

/** Labels that an object cannot have: of the pods, and of the volume's selector. */
export function labelsAreLabels({ spec }: Cluster): Finding[] {
  const places: readonly (readonly [Texts, readonly string[]])[] = [
    [spec.labels, ["spec", "labels"]],
    [spec.postgresql.labels, ["spec", "postgresql", "labels"]],
    [spec.connectionPooler?.labels, ["spec", "connectionPooler", "labels"]],
    ...(["podMonitor", "alerts", "dashboard"] as const).map(
      (part) => [spec.monitor?.[part]?.labels, ["spec", "monitor", part, "labels"]] as const,
    ),
    [spec.backup?.pgbackrest?.labels, ["spec", "backup", "pgbackrest", "labels"]],
  ];
  return places.flatMap(([given, path]) =>
    labels({ given }, "given").map(({ rule, path: [, key], says, fix }) => {
      const place = [...path, String(key)];
      return error({ rule, message: `${fieldName(place)} ${says}`, fix, path: place });
    }),
  );
}

const annotated = [
  "podAnnotations",
  "serviceAnnotations",
  "masterServiceAnnotations",
  "replicaServiceAnnotations",
  "clusterPodsServiceAnnotations",
] as const;
const ofAccounts = "serviceAccountAnnotations";

/** Kubernetes' limit for all annotations of an object. */
const mostBytes = 256 * 1024;

export function annotationsAreAnnotations({ spec }: Cluster): Finding[] {
  const places: readonly (readonly [Texts, readonly string[]])[] = [
    ...annotated.map((field) => [spec[field], ["spec", field]] as const),
    [spec.backup?.pgbackrest?.[ofAccounts], ["spec", "backup", "pgbackrest", ofAccounts]],
  ];
  return places.flatMap(([given, path]) => {
    const entries = Object.entries(given ?? {});
    const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    const names = entries
      .filter(([key]) => !labelKey.accepts(key.toLowerCase()))
      .map(([key]) =>
        error({
          rule: "wrong-format",
          message: `the name ${JSON.stringify(key)} in ${fieldName(path)} is none that an annotation can have`,
          fix: `write ${labelKey.words}`,
          path: [...path, key],
          part: "key",
        }),
      );
    if (size <= mostBytes) return names;
    return [
      ...names,
      error({
        rule: "wrong-length",
        message: `${fieldName(path)} has ${Math.ceil(size / 1024)} KiB, all annotations of an object have 256 KiB at most`,
        fix: "write less",
        path,
        part: "key",
      }),
    ];
  });
}
