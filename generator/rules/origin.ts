import type { Cluster } from "../cluster/cluster.ts";
import { generationsOf } from "../cluster/generation.ts";
import type { ClonePgBackRest } from "../cluster/spec.ts";
import { ofRestore, originOf, until, type Origin } from "../pgbackrest/origin.ts";
import { storePlace } from "../pgbackrest/store.ts";
import { error, type Finding } from "./finding.ts";
import { optionLines } from "./pgbackrest.ts";
import { repositoryFields, withoutKeys } from "./pgbackrest-repos.ts";
import { recoveryOptions } from "./pgbackrest-restore.ts";

/** The repository that a cluster is made from, as a clone or a standby, can be read. */
export function origins(cluster: Cluster): Finding[] {
  const { clone, standby } = cluster.spec;
  return [
    ...(clone === undefined ? [] : archived(cluster, "clone", clone.pgbackrest)),
    ...(standby === undefined ? [] : archived(cluster, "standby", standby.pgbackrest)),
    ...moment(cluster),
    ...withoutSource(cluster),
  ];
}

function archived(cluster: Cluster, by: "clone" | "standby", given: ClonePgBackRest | undefined): Finding[] {
  if (given === undefined) return [];
  const origin = originOf(cluster);
  const path = ["spec", by, "pgbackrest"];
  const repo = [...path, "repo"].join(".");
  if (origin === undefined) {
    return [
      error({
        rule: "origin-repository",
        message: `${path.join(".")} does not say where the backups are`,
        fix: "add repo, as in repo: { storage: s3, resource: …, endpoint: …, region: … }",
        path,
        part: "key",
      }),
    ];
  }
  const { repository } = origin;
  const options = [...path, "options"];
  const entry = {
    repository,
    name: repo,
    path: [...path, "repo"],
    options: options.join("."),
    configuration: [...path, "configuration"].join("."),
    hasVolume: false,
  };
  return [
    ...repositoryFields(entry),
    ...withoutKeys(entry, { ...given, global: origin.global }),
    ...optionLines({
      path: options,
      options: origin.global,
      repos: [repository],
      reposAre: `${repo} is`,
      another: (name) => `write name: ${name} in repo, or correct the number`,
      entryOf: () => repo,
    }),
    ...targets(by, given, options),
    ...itsOwn(cluster, origin, path),
  ];
}

/** A copy ends somewhere; who follows does not. */
function targets(by: "clone" | "standby", given: ClonePgBackRest, path: readonly string[]): Finding[] {
  const options = Object.fromEntries(Object.entries(given.options ?? {}).filter(([key]) => ofRestore(key)));
  if (by === "clone") return recoveryOptions({ options, path });
  return Object.keys(options).map((key) =>
    error({
      rule: "origin-target",
      message: `${path.join(".")}.${key} says where a copy ends, and a standby cluster follows on and on`,
      fix: "take it out; spec.clone makes a copy that ends at a target",
      path: [...path, key],
      part: "key",
    }),
  );
}

/** A cluster that finds its source's backups in its own repository would go on in them. */
function itsOwn(cluster: Cluster, origin: Origin, path: readonly string[]): Finding[] {
  const { repos, global } = cluster.spec.backup?.pgbackrest ?? {};
  const { key } = storePlace(origin.repository, origin.global);
  const stanzas = generationsOf(cluster).map(({ stanza }) => stanza);
  const same = (repos ?? []).find(
    (repository) =>
      repository.storage !== "pvc" &&
      storePlace(repository, global).key === key &&
      stanzas.includes(origin.stanza),
  );
  if (same === undefined) return [];
  return [
    error({
      rule: "origin-repository",
      message: `${path.join(".")}.repo is ${same.name} of spec.backup.pgbackrest.repos: the cluster would write its backups over those that it is made from`,
      fix: `give it a path of its own, as in spec.backup.pgbackrest.global.${same.name}-path: /${cluster.name}`,
      path: [...path, "repo"],
      part: "key",
    }),
  ];
}

/** The moment that CPO's field has for a clone. */
function moment({ spec: { clone } }: Cluster): Finding[] {
  if (clone?.timestamp === undefined) return [];
  const path = ["spec", "clone", "timestamp"];
  if (clone.pgbackrest === undefined) {
    return [
      error({
        rule: "origin-target",
        message:
          "spec.clone.timestamp asks for an earlier state, and a running cluster is copied as it is now",
        fix: "add pgbackrest with the repository that has the backups, or take timestamp out",
        path,
        part: "key",
      }),
    ];
  }
  const [twice] = ["type", "target"].filter((key) => clone.pgbackrest?.options?.[key] !== undefined);
  if (twice !== undefined) {
    return [
      error({
        rule: "origin-target",
        message: `spec.clone.timestamp and spec.clone.pgbackrest.options.${twice} both say where the copy ends`,
        fix: "take one of the two out",
        path,
        part: "key",
      }),
    ];
  }
  if (recoveryOptions({ options: until(clone.timestamp), path }).length === 0) return [];
  return [
    error({
      rule: "origin-target",
      message: `spec.clone.timestamp is ${clone.timestamp}, which is no moment that PostgreSQL knows`,
      fix: "write it as in 2026-01-31T12:00:00+00:00",
      path,
    }),
  ];
}

/** Who has the volume of a repository mounted is found by its cluster's name. */
function withoutSource(cluster: Cluster): Finding[] {
  const { standby } = cluster.spec;
  if (standby?.pgbackrest?.repo?.storage !== "pvc" || standby.cluster !== undefined) return [];
  return [
    error({
      rule: "origin-repository",
      message: "spec.standby.pgbackrest.repo is on a volume, and spec.standby does not say of which cluster",
      fix: "add spec.standby.cluster, the name of the cluster to follow",
      path: ["spec", "standby", "pgbackrest"],
      part: "key",
    }),
  ];
}
