import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Group } from "../cluster/group.ts";
import { exporterContainer, exporterRole, monitorOf } from "../cluster/monitor.ts";
import { withDefaults } from "../cluster/resources.ts";
import type { Monitor } from "../cluster/spec.ts";
import { completeVariable } from "../kube/complete.ts";
import {
  containerDefaults,
  firstOfEachName,
  fromField,
  mountOf,
  restrictedContainer,
} from "../kube/container.ts";
import type { PodPart } from "../kube/pod-part.ts";
import { names, paths, ports } from "../naming.ts";
import { firstDatabase } from "../postgres/sql.ts";

/**
 * The exporter beside the database, under CPO's names. The pod is Ready without it being able to log in: its role and its
 * password may come later, and nobody is cut off from a database because it is not measured.
 */
export function monitorPart(cluster: Group): PodPart {
  const monitor = monitorOf(cluster);
  if (monitor === undefined) return {};
  return {
    env: [{ name: "cpo_monitoring_stack", value: "true" }],
    volumes: volumes(cluster, monitor),
    alongside: [exporter(cluster, monitor)],
  };
}

type Given = NonNullable<Monitor>;

function volumes(cluster: Group, { customQueries }: Given): IVolume[] {
  return [
    { name: "exporter", configMap: { name: names.exporter(cluster), defaultMode: 0o444 } },
    {
      name: "exporter-user",
      secret: {
        secretName: names.credentials(cluster, exporterRole),
        defaultMode: 0o440,
        items: [{ key: "password", path: "password" }],
        optional: true,
      },
    },
    { name: "exporter-tmp", emptyDir: {} },
    ...(customQueries === undefined
      ? []
      : [
          {
            name: "custom-queries-vol",
            configMap: { name: customQueries, defaultMode: 0o640, optional: true },
          },
        ]),
  ];
}

function exporter(cluster: Group, { image, customQueries, env }: Given): IContainer {
  return {
    name: exporterContainer,
    image: image ?? "",
    ...containerDefaults,
    command: ["sh", `${paths.exporter}/exporter.sh`],
    env: firstOfEachName([
      ...exporterVariables,
      ...[...(env ?? []), ...(cluster.spec.env ?? [])].map(completeVariable),
    ]),
    ports: [{ containerPort: ports.exporter, name: "exporter", protocol: "TCP" }],
    resources: withDefaults({}, cluster.fleet),
    securityContext: restrictedContainer,
    volumeMounts: [
      { ...mountOf("exporter", paths.exporter), readOnly: true },
      { ...mountOf("exporter-user", paths.exporterUser), readOnly: true },
      mountOf("exporter-tmp", "/tmp"),
      ...(customQueries === undefined ? [] : [mountOf("custom-queries-vol", paths.customQueries)]),
    ],
  };
}

/** What the exporter and its script read. A spec cannot give it others. */
export const exporterVariables = [
  fromField("POD_NAME", "metadata.name"),
  fromField("POD_NAMESPACE", "metadata.namespace"),
  { name: "DATA_SOURCE_URI", value: `localhost:${ports.postgres}/${firstDatabase}?sslmode=disable` },
  { name: "DATA_SOURCE_USER", value: exporterRole },
];
