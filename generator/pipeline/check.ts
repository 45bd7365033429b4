import type { Cluster } from "../cluster/cluster.ts";
import type { Place, Problem } from "../problem.ts";
import { sharedFolder } from "./shared.ts";
import { sharedIssuers } from "./shared-issuers.ts";
import type { Shared } from "./shared.ts";
import { identity, inNamespace, outputThing, where, type Thing } from "./wanted.ts";

/** A cluster, and all that it wants for itself. */
export type Built = { readonly cluster: Cluster; readonly things: readonly Thing[] };

/**
 * Two clusters must not want the same thing: an object, one that Patroni or a Job of theirs makes, or the folder that
 * they are written to. Names are derived, so `a` and `a-repl` are enough for that. `others` are compared with, and a
 * clash with one of them is told of the one in the fleet; so is what is `passed` through.
 */
export function check(
  fleet: readonly Built[],
  others: readonly Built[] = [],
  passed: readonly Claimant[] = [],
): Problem[] {
  return [
    ...collisions([...[...others, ...fleet].map(claimant), ...passed]),
    ...sharedIssuers(fleet),
    ...openEgress(fleet),
  ];
}

/** Said once for the fleet: a policy that lets anything out by its ports is not what its reader takes it for. */
function openEgress(fleet: readonly Built[]): Problem[] {
  const open = fleet.filter(
    ({ cluster }) =>
      cluster.spec.network.policies &&
      cluster.fleet.networkPolicies &&
      cluster.fleet.apiServer.cidrs.length === 0,
  );
  const [first] = open;
  if (first === undefined) return [];
  const numbers = first.cluster.fleet.apiServer.ports.join(" and ");
  return [
    {
      rule: "network-open",
      severity: "warning",
      message: `nothing says where the API server is, so ${open.length === 1 ? "a network policy leaves" : `the network policies of ${open.length} clusters leave`} ports ${numbers} open to any address`,
      fix: "name its addresses in spec.apiServer.cidrs of the Settings, in pgrender.yaml at the top of the clusters folder: pgrender explain spec.apiServer.cidrs",
      at: first.cluster.at(),
    },
  ];
}

/** A cluster, or an object that is passed through, and all that it wants for itself. */
export type Claimant = {
  readonly name: string;
  readonly namespace?: string;
  readonly at: () => Place;
  readonly things: readonly Thing[];
};

export function claimant({ cluster, things }: Built): Claimant {
  const { name, namespace, at } = cluster;
  return { name, ...(namespace === undefined ? {} : { namespace }), at, things };
}

export function sharedClaimant({ object, folder, at }: Shared): Claimant {
  const { name, namespace } = object.metadata;
  return {
    name: `${object.kind} ${name}`,
    ...(namespace === undefined ? {} : { namespace }),
    at,
    things: [
      inNamespace({ namespace, folder }, identity(object)),
      { ...outputThing(sharedFolder(folder)), isCommon: true },
    ],
  };
}

/** What two clusters want, once for each pair of them, at the one that comes later. */
export function collisions(fleet: readonly Claimant[]): Problem[] {
  const owners = new Map<string, { readonly claimant: Claimant; readonly thing: Thing }>();
  return fleet.flatMap((claimant) => {
    const clashes = claimant.things.flatMap((thing) => {
      const owner = owners.get(thing.key);
      if (owner === undefined) owners.set(thing.key, { claimant, thing });
      const isFree = owner === undefined || owner.claimant === claimant;
      return isFree || (owner.thing.isCommon === true && thing.isCommon === true)
        ? []
        : [{ thing, owner: owner.claimant }];
    });
    // One clash per other cluster: two clusters of one name clash in everything.
    const first = new Map([...clashes].reverse().map((clash) => [clash.owner, clash]));
    return [...first.values()].map(({ thing, owner }): Problem => {
      const { file, line } = owner.at();
      const place = `${file}:${line}`;
      return owner.name === claimant.name && thing.key.startsWith("cluster ")
        ? {
            rule: "cluster-twice",
            severity: "error",
            message: `there is a cluster ${claimant.name} in ${where(claimant)} already, in ${place}`,
            fix: "rename one of them, or take one out",
            at: claimant.at(),
          }
        : {
            rule: "name-collision",
            severity: "error",
            message: `${claimant.name} and ${owner.name} (${place}) would both have ${thing.label}`,
            fix: thing.fix ?? "rename one of the clusters",
            at: claimant.at(),
          };
    });
  });
}
