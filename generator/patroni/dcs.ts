import type { Cluster } from "../cluster/cluster.ts";
import type { Group } from "../cluster/group.ts";
import { sorted } from "../kube/metadata.ts";
import { paths, podSelector, scopeLabel } from "../naming.ts";

/** The section of patroni.yml that says where the members agree on the leader. */
export function dcs(cluster: Group): Record<string, unknown> {
  const { type, hosts, protocol, tlsSecret } = cluster.spec.dcs;
  const encryption = tls(cluster);
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
          follower_label_value: followerLabel(cluster),
          standby_leader_label_value: "master",
          labels: sorted(podSelector(cluster, "postgresql")),
        },
      };
    case "etcd3":
      return { etcd3: { hosts, protocol, ...encryption } };
    case "consul":
      return { consul: { host: hosts[0], scheme: protocol, ...encryption } };
    case "zookeeper":
      return {
        zookeeper: {
          hosts,
          ...(tlsSecret === undefined ? {} : { use_ssl: true, verify: true }),
          ...encryption,
        },
      };
  }
}

/** Where the keys of the Secret are: Patroni has the same names for them in each kind of DCS. */
function tls({ spec: { dcs } }: Cluster): Record<string, string> {
  if (dcs.tlsSecret === undefined) return {};
  return {
    cacert: `${paths.dcsTls}/ca.crt`,
    ...(dcs.clientCertificate ? { cert: `${paths.dcsTls}/tls.crt`, key: `${paths.dcsTls}/tls.key` } : {}),
  };
}

/** The role label of a member that follows: the read-only Service selects `replica`. */
export function followerLabel({ pool }: Group): string {
  return pool === undefined || pool.replicaService ? "replica" : "pool";
}
