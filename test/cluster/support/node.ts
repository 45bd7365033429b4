import { apply, image } from "./cluster.ts";
import { get, kubectl, until } from "./kubectl.ts";

/*
 * What only the node can do: stop processes so that nothing in their container can help itself. A signal from inside
 * would not do, PID 1 ignores it. A privileged pod that shares the node's process table does it on any cluster.
 */

const namespace = "pgrender-test-node";

/** A privileged pod on the node of a pod, made once. */
async function nodePod(node: string): Promise<string> {
  const name = `node-${node.toLowerCase().replaceAll(/[^a-z0-9]/g, "-")}`;
  await apply(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    }),
  );
  await until("the namespace has its account", 30, () => get(namespace, "serviceaccount", "default"));
  await apply(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: {
        nodeName: node,
        hostPID: true,
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "node",
            image,
            imagePullPolicy: "IfNotPresent",
            command: ["sleep", "infinity"],
            securityContext: { privileged: true, runAsUser: 0 },
          },
        ],
      },
    }),
  );
  await until(
    "the pod on the node runs",
    60,
    async () => (await get(namespace, "pod", name)).status.phase === "Running",
  );
  return name;
}

/** Runs a shell script on the node of a pod, with `$pids`: the processes of the pod's database container. */
export async function onNode(podNamespace: string, pod: string, script: string): Promise<string> {
  const { spec, status } = await get(podNamespace, "pod", pod);
  const container: { containerID: string } = status.containerStatuses.find(
    (candidate: { name: string }) => candidate.name === "postgres",
  );
  const id = container.containerID.replace(/^.*:\/\//, "");
  const find = `pids=$(grep -l ${id} /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3)`;
  const helper = await nodePod(spec.nodeName);
  return kubectl(["-n", namespace, "exec", helper, "--", "sh", "-c", `${find}\n${script}`]);
}

/** What is frozen: Patroni alone, so that PostgreSQL goes on, or everything in the container. */
export type Frozen = "patroni" | "everything";

const choose: Readonly<Record<Frozen, string>> = {
  // Its command line is `python3 … patroni …`; PostgreSQL's processes are its children with names of their own.
  patroni: `chosen=""; for pid in $pids; do if tr '\\0' ' ' </proc/$pid/cmdline | grep -q 'bin/patroni'; then chosen="$chosen $pid"; fi; done`,
  everything: `chosen="$pids"`,
};

/** Stops the processes, proves by the process table that they stand still, and returns the moment in milliseconds. */
export async function freeze(podNamespace: string, pod: string, what: Frozen): Promise<number> {
  const script = `${choose[what]}
[ -n "$chosen" ] || { echo nothing to freeze >&2; exit 1; }
now=$(date +%s%3N)
kill -STOP $chosen 2>/dev/null || : # a probe that was among them may be over
for pid in $chosen; do
  for try in 1 2 3 4 5 6 7 8 9 10; do
    [ -e "/proc/$pid" ] || continue 2
    state=$(sed 's/.*) //; s/ .*//' /proc/$pid/stat 2>/dev/null) || continue 2
    case "$state" in T | Z | X) continue 2 ;; esac # a process that is over does not run either
    sleep 0.1
  done
  echo "process $pid is in state $state" >&2; exit 1
done
echo $now`;
  return Number((await onNode(podNamespace, pod, script)).trim());
}

/** Kills processes of the container at once, e.g. PostgreSQL's postmaster. */
export async function killNow(
  podNamespace: string,
  pod: string,
  what: "patroni" | "postgres",
): Promise<void> {
  const pattern = what === "patroni" ? "bin/patroni" : "bin/postgres -D";
  await onNode(
    podNamespace,
    pod,
    `for pid in $pids; do if tr '\\0' ' ' </proc/$pid/cmdline | grep -q '${pattern}'; then kill -9 $pid && echo $pid; fi; done`,
  );
}

/** Ends the pods on the nodes, and waits until that is done: nobody can use the namespace on its way out. */
export async function releaseNodes(): Promise<void> {
  await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s"]);
}
