import type { Cluster } from "../cluster/cluster.ts";
import type { BackupRepository, PgBackRest } from "../cluster/spec.ts";
import { options } from "../pgbackrest/options.ts";
import { show } from "../pipeline/messages.ts";
import { error, warning, type Finding } from "./finding.ts";

/** Each repository is there once, with what its storage needs. */
export function backupRepositories({ spec }: Cluster): Finding[] {
  const pgbackrest = spec.backup?.pgbackrest;
  const repos = pgbackrest?.repos ?? [];
  return repos.flatMap((repository, index) => {
    const entry: Entry = {
      repository,
      name: `spec.backup.pgbackrest.repos[${index}]`,
      path: ["spec", "backup", "pgbackrest", "repos", String(index)],
      options: "spec.backup.pgbackrest.global",
      configuration: "spec.backup.pgbackrest.configuration",
      hasVolume: true,
    };
    if (repos.findIndex(({ name }) => name === repository.name) < index) {
      return [
        found(
          entry,
          "name",
          `is ${repository.name}, as is another one's`,
          "give each repository a name of its own",
        ),
      ];
    }
    return [...repositoryFields(entry), ...(pgbackrest === undefined ? [] : withoutKeys(entry, pgbackrest))];
  });
}

/** A repository has what its storage needs. */
export function repositoryFields(entry: Entry): Finding[] {
  return [...missing(entry), ...notRead(entry), ...clearText(entry), ...kindOfKey(entry)];
}

/** A repository, and where it is in a spec. */
export type Entry = {
  readonly repository: BackupRepository;
  readonly name: string;
  readonly path: readonly string[];
  /** Where further options of it are, and the name of the Secret with its keys. */
  readonly options: string;
  readonly configuration: string;
  /** Of its own: that of another cluster is there already. */
  readonly hasVolume: boolean;
};
type Field = Exclude<keyof BackupRepository, "name" | "storage" | "schedule">;

const allFields: readonly Field[] = ["resource", "endpoint", "region", "account", "key", "keyType", "volume"];

/** What each storage has to have, and what it can have. */
const fields: Readonly<
  Record<BackupRepository["storage"], { readonly needs: readonly Field[]; readonly may: readonly Field[] }>
> = {
  s3: { needs: ["resource", "endpoint", "region"], may: [] },
  gcs: { needs: ["resource"], may: ["endpoint", "key", "keyType"] },
  azure: { needs: ["resource", "account"], may: ["endpoint", "key", "keyType"] },
  pvc: { needs: ["volume"], may: [] },
};

const meanings: Readonly<Record<Field, string>> = {
  resource: "the bucket or container",
  endpoint: "the host name of the store, e.g. s3.eu-central-1.amazonaws.com",
  region: "the region of the bucket, e.g. eu-central-1",
  account: "the storage account",
  key: "the name of the key file in the Secret of configuration.secret",
  keyType: "the kind of key",
  volume: "the size of its volume, e.g. volume: { size: 10Gi }",
};

function missing(entry: Entry): Finding[] {
  const { repository } = entry;
  const isKeyless = repository.storage !== "gcs" || repository.keyType === "auto";
  const needed: readonly Field[] = [
    ...fields[repository.storage].needs,
    ...(isKeyless ? [] : ["key" as const]),
  ];
  return needed
    .filter((field) => field !== "volume" || entry.hasVolume)
    .filter((field) => repository[field] === undefined || repository[field] === "")
    .map((field) => {
      const orAuto = field === "key" ? ", or keyType: auto where the pods have an identity of their own" : "";
      const isEmpty = repository[field] === "";
      return found(
        entry,
        isEmpty ? field : undefined,
        isEmpty
          ? `is empty, and storage ${repository.storage} needs it`
          : `has storage ${repository.storage} and no ${field}`,
        `${isEmpty ? "write" : `add ${field},`} ${meanings[field]}${orAuto}`,
      );
    });
}

function notRead(entry: Entry): Finding[] {
  const { repository } = entry;
  const { needs, may } = fields[repository.storage];
  return allFields
    .filter((field) => repository[field] !== undefined && ![...needs, ...may].includes(field))
    .map((field) =>
      warning({
        rule: "backup-repository",
        message: `${entry.name}.${field} does nothing: a repository with storage ${repository.storage} has none`,
        fix:
          repository.storage === "s3" && field === "keyType"
            ? `take it out, and write ${repository.name}-s3-key-type in ${entry.options}`
            : "take it out",
        path: [...entry.path, field],
        part: "key",
      }),
    );
}

/** A key in the spec would stand in git, and in a ConfigMap. */
function clearText(entry: Entry): Finding[] {
  const { storage, key, name } = entry.repository;
  const isFile = storage === "gcs" && key !== undefined && /^[-\w.]{1,253}$/.test(key);
  if (key === undefined || key === "" || isFile || (storage !== "azure" && storage !== "gcs")) return [];
  return [
    error({
      rule: "backup-option-secret",
      message: `${entry.name}.key is ${storage === "azure" ? "a secret in clear text" : "no name of a file, and may be a secret in clear text"}`,
      fix:
        storage === "azure"
          ? `take it out and change it where it is from; a line [global] and a line ${name}-azure-key=… in a *.conf file of the Secret that configuration.secret names give it to pgBackRest`
          : "write the name of the key file in the Secret of configuration.secret, as in gcs.json",
      path: [...entry.path, "key"],
      part: "key",
    }),
  ];
}

function kindOfKey(entry: Entry): Finding[] {
  const { storage, keyType } = entry.repository;
  const words = options().get(`repo-${storage}-key-type`)?.words;
  if (keyType === undefined || words === undefined || storage === "s3" || words.includes(keyType)) return [];
  return [
    found(
      entry,
      "keyType",
      `is ${show(keyType)}, which is no kind of key of ${storage}`,
      `write ${words.join(" or ")}`,
    ),
  ];
}

/** What pgBackRest asks for besides, and no file in git should have. */
export function withoutKeys(
  entry: Entry,
  pgbackrest: Pick<PgBackRest, "configuration" | "global" | "env">,
): Finding[] {
  const { repository } = entry;
  if (pgbackrest.configuration?.secret !== undefined) return [];
  const global = pgbackrest.global ?? {};
  const prefix = `PGBACKREST_${repository.name.toUpperCase()}_`;
  const isInVariable = (pgbackrest.env ?? []).some(({ name }) => name?.startsWith(prefix) === true);
  const keyType = repository.keyType ?? global[`${repository.name}-${repository.storage}-key-type`];
  const wanted = [
    ...(repository.storage === "s3" && keyType !== "auto" && keyType !== "web-id"
      ? [`${repository.name}-s3-key and ${repository.name}-s3-key-secret`]
      : []),
    ...(repository.storage === "azure" && keyType !== "auto" && (repository.key ?? "") === ""
      ? [`${repository.name}-azure-key`]
      : []),
    ...(repository.storage === "gcs" && keyType !== "auto" && (repository.key ?? "") !== ""
      ? [`the file ${repository.name}-gcs-key`]
      : []),
    ...((global[`${repository.name}-cipher-type`] ?? "none") === "none"
      ? []
      : [`${repository.name}-cipher-pass`]),
  ];
  if (wanted.length === 0 || isInVariable) return [];
  return [
    warning({
      rule: "backup-repository",
      message: `${entry.name} needs ${wanted.join(", ")}, and ${entry.configuration} names no Secret that could have it`,
      fix: "name the Secret in configuration.secret",
      path: [...entry.path, "name"],
    }),
  ];
}

function found(
  entry: Entry,
  field: keyof BackupRepository | undefined,
  message: string,
  fix: string,
): Finding {
  return error({
    rule: "backup-repository",
    message: `${entry.name}${field === undefined ? "" : `.${field}`} ${message}`,
    fix,
    path: [...entry.path, field ?? "storage"],
  });
}
