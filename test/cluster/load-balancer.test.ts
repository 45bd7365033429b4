import { afterAll, describe, expect, it } from "vitest";
import { apply, dropNamespace, manifests, restrictedNamespace, spec } from "./support/cluster.ts";
import { dryRunChanges, undeclaredFields } from "./support/live.ts";

const namespace = "pgrender-load-balancer";

/** The Services alone: what is asked here is what the API server makes of them. */
function services(trafficPolicy: "Cluster" | "Local"): string {
  const cluster = spec(namespace, `shop-${trafficPolicy.toLowerCase()}`, 1, {
    spec: {
      enableMasterLoadBalancer: true,
      enableReplicaLoadBalancer: true,
      allowedSourceRanges: ["198.51.100.0/24", "2001:db8::/32"],
    },
  });
  const fleet = JSON.stringify({
    apiVersion: "cpo.opensource.cybertec.at/v1",
    kind: "OperatorConfiguration",
    metadata: { name: "cpo" },
    configuration: { load_balancer: { external_traffic_policy: trafficPolicy } },
  });
  return manifests(`${cluster}\n---\n${fleet}`)
    .split("---\n")
    .filter((document) => /^kind: Service$/m.test(document))
    .join("---\n");
}

afterAll(() => dropNamespace(namespace));

describe.each(["Cluster", "Local"] as const)("load balancers with the traffic policy %s", (policy) => {
  it("declare all that Kubernetes would fill in, so a dry-run changes no field", async () => {
    await restrictedNamespace(namespace);
    const rendered = services(policy);
    expect(rendered.match(/type: LoadBalancer/g)).toHaveLength(2);

    await apply(rendered);

    expect(await undeclaredFields(namespace, rendered)).toEqual([]);
    expect(await dryRunChanges(namespace, rendered)).toEqual([]);
  });
});
