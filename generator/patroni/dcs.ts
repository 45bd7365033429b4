import type { Cluster } from "../cluster/cluster.ts";
import { sorted } from "../kube/metadata.ts";
import { paths, podSelector, scopeLabel } from "../naming.ts";

/** The section of patroni.yml that says where the members agree on the leader. */
export function dcs(cluster: Cluster): Record<string, unknown> {
  const { type, hosts, protocol, tlsSecret } = cluster.spec.dcs;
  switch (type) {
    case "kubernetes":
      return {
        kubernetes: {
          // In ConfigMaps: Endpoints are deprecated, and a GitOps engine could take those of a Service for its own.
          use_endpoints: false,
          // Off: it would read the Endpoints of another namespace, which no Role here allows.
          bypass_api_service: false,
          scope_label: scopeLabel,
          role_label: cluster.fleet.podRoleLabel,
          leader_label_value: "master",
          follower_label_value: "replica",
          standby_leader_label_value: "master",
          labels: sorted(podSelector(cluster, "postgresql")),
        },
      };
    case "etcd3":
      return { etcd3: { hosts, protocol, ...tls(tlsSecret, ["cacert", "cert", "key"]) } };
    case "consul":
      return { consul: { host: hosts[0], scheme: protocol, ...tls(tlsSecret, ["cacert", "cert", "key"]) } };
    case "zookeeper":
      return {
        zookeeper: {
          hosts,
          ...(tlsSecret === undefined ? {} : { use_ssl: true, verify: true }),
          ...tls(tlsSecret, ["cacert", "cert", "key"]),
        },
      };
  }
}

/** Paths of the keys `ca.crt`, `tls.crt` and `tls.key` of the Secret, under the names that Patroni has for them. */
function tls(secret: string | undefined, [ca, certificate, key]: readonly [string, string, string]) {
  if (secret === undefined) return {};
  return {
    [ca]: `${paths.dcsTls}/ca.crt`,
    [certificate]: `${paths.dcsTls}/tls.crt`,
    [key]: `${paths.dcsTls}/tls.key`,
  };
}
