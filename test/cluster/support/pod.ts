import { image } from "./cluster.ts";

/** A container, with what it says otherwise than `toolPod` does. */
type Container = Readonly<Record<string, unknown>>;

/** A pod under the restricted standard, with one container of the members' image and a /tmp to write to. */
export function toolPod(namespace: string, name: string, container: Container, user = 26) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name,
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["sleep", "infinity"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          ...container,
        },
      ],
      volumes: [{ name: "tmp", emptyDir: {} }],
    },
  };
}
