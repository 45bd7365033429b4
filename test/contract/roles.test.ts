import { describe, expect, it } from "vitest";
import { roles } from "../../generator/access/roles.ts";
import type { Cluster } from "../../generator/cluster/cluster.ts";
import { render, steps } from "../../generator/render.ts";
import { read } from "./facts.ts";

/** What CPO's operator would create, as it lists it: `name=… flags=[…] member=[…] admin=… params=map[search_path:…]`. */
function told(profile: string, input: string): readonly string[] {
  const [, list = ""] = read("facts/roles.txt").split(`== ${profile} ${input}\n`);
  return list.split("\n==")[0]?.trim().split("\n") ?? [];
}

describe.each(["chart", "tutorial"])(
  "the roles of CPO's manifests with the configuration of its %s",
  (profile) => {
    it.each(["minimal", "prepared-databases", "users-and-databases"])("are those of %s", (input) => {
      const clusters: Cluster[] = [];
      const files = [
        { path: "a.yaml", text: read(`inputs/${input}.yaml`) },
        { path: "operator.yaml", text: read(`inputs/operator/${profile}.yaml`) },
      ];
      render(files, undefined, {
        ...steps,
        build: (cluster, ground) => {
          clusters.push(cluster);
          return steps.build(cluster, ground);
        },
      });

      const ours = clusters
        .flatMap(roles)
        // The image makes it.
        .filter(({ name }) => name !== "admin")
        .map(({ name, flags, memberOf, administrator, schemas }) => {
          const given = flags.flatMap(({ word, on }) =>
            on ? (word === "INHERIT" ? [] : [word]) : word === "LOGIN" ? ["NOLOGIN"] : [],
          );
          const path = schemas.length === 0 ? "" : `search_path:"$user", ${schemas.join(", ")}`;
          return `name=${name} flags=[${given.toSorted((a, b) => (a < b ? -1 : 1)).join(" ")}] member=[${memberOf.join(" ")}] admin=${administrator ?? ""} params=map[${path}]`;
        });

      expect(ours.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(told(profile, input));
    });
  },
);
