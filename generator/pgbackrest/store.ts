import type { BackupRepository } from "../cluster/spec.ts";
import { paths } from "../naming.ts";
import { repositoryPath } from "./repositories.ts";

/** Lines of pgBackRest's configuration: name and value. */
export type Options = Readonly<Record<string, string>>;

/** An object store, whose key file is in `folder`. What the spec leaves out is pgBackRest's to choose. */
export function storeOptions(
  { name, storage, resource, endpoint, region, account, key, keyType }: BackupRepository,
  folder: string,
): Options {
  const given = (options: Readonly<Record<string, string | undefined>>): Options =>
    Object.fromEntries(
      Object.entries({ [`${name}-type`]: storage, ...options }).flatMap(([option, value]) =>
        value === undefined || value === "" ? [] : [[option, value] as const],
      ),
    );
  switch (storage) {
    case "pvc":
      return {};
    case "s3":
      return given({
        [`${name}-s3-bucket`]: resource,
        [`${name}-s3-endpoint`]: endpoint,
        [`${name}-s3-region`]: region,
      });
    case "gcs":
      return given({
        [`${name}-gcs-bucket`]: resource,
        [`${name}-gcs-endpoint`]: endpoint,
        [`${name}-gcs-key`]: key === undefined || key === "" ? undefined : `${folder}/${key}`,
        [`${name}-gcs-key-type`]: keyType,
      });
    case "azure":
      return given({
        [`${name}-azure-account`]: account,
        [`${name}-azure-container`]: resource,
        [`${name}-azure-endpoint`]: endpoint,
        [`${name}-azure-key-type`]: keyType,
      });
  }
}

/** A repository for who has its volume mounted, or reaches its store. */
export function atHand(repository: BackupRepository): Options {
  return repository.storage === "pvc"
    ? { [`${repository.name}-path`]: repositoryPath(repository) }
    : storeOptions(repository, paths.backupConfig);
}

/** Where a repository in an object store is: those of equal keys are one. */
export function storePlace(
  { name, storage, endpoint = "", resource = "", account = "" }: BackupRepository,
  global: Options = {},
): { readonly host: string; readonly path: string; readonly key: string } {
  const host = endpoint
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");
  const path = (global[`${name}-path`] ?? "/var/lib/pgbackrest").replace(/\/+$/, "") || "/";
  return { host, path, key: `${storage} ${host} ${account} ${resource} ${path}` };
}

/** The host of an object store and its ports, as a network policy has to know them. */
export function storeAddress(
  { global = {} }: { readonly global?: Options },
  { name, endpoint = "" }: BackupRepository,
): [host: string, ports: number[]] {
  const own = global[`${name}-storage-host`] ?? endpoint;
  const [, host = "", port] = /^(?:https?:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/.exec(own) ?? [];
  return [host.replaceAll(/^\[|\]$/g, ""), [Number(global[`${name}-storage-port`] ?? port ?? 443)]];
}
