import { access } from "./access/index.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { converge } from "./converge/index.ts";
import { instance } from "./instance/index.ts";
import type { KubeObject } from "./kube/object.ts";
import { logicalBackups } from "./logical/index.ts";
import { exporters, monitoring } from "./monitor/index.ts";
import { network } from "./network/index.ts";
import { patroni } from "./patroni/index.ts";
import { backups } from "./pgbackrest/index.ts";
import { poolers } from "./pooler/index.ts";

/** What a part of the product renders for a cluster; nothing, if the cluster does not ask for it. */
export type Component = (cluster: Cluster) => KubeObject[];

/** Every component, in the order in which its objects are applied. */
export const components: readonly Component[] = [
  access,
  patroni,
  network,
  exporters,
  instance,
  poolers,
  backups,
  logicalBackups,
  converge,
  monitoring,
];
