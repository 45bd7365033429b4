import { expect, it } from "vitest";
import { fencingWindow, noticed, smallestWindow, timings } from "../generator/patroni/probes.ts";
import { render } from "../generator/render.ts";
import { at, items, objectOf, objectsOf, textAt } from "./support/object.ts";

type Timing = ReturnType<typeof timings>["liveness"];

/**
 * Seconds until the kubelet acts on a process that froze right after an answer: probes begin a period apart, and one
 * has failed when its timeout is over. Counted out here, not taken from the code under test.
 */
function acts({ periodSeconds, timeoutSeconds, failureThreshold }: Timing): number {
  let failures = 0;
  for (let start = periodSeconds; ; start += periodSeconds) {
    failures += 1;
    if (failures === failureThreshold) return start + timeoutSeconds;
  }
}

/** What a killed container has at most: a second for its hook and two that the kubelet always grants. */
const kill = 3;

function spec(patroni: string): string {
  return `apiVersion: pgrender.dev/v1
kind: PostgresCluster
metadata: { name: a }
spec: { numberOfInstances: 1, postgresql: { version: "18" }, volume: { size: 1Gi }, patroni: ${patroni} }
`;
}

const combinations = Array.from({ length: 600 - 20 }, (_, index) => index + 20).flatMap((ttl) =>
  // A retry takes three seconds at least, so that more than ttl - 6 is refused for another reason.
  Array.from({ length: ttl - 6 }, (_, index) => ({ ttl, loop_wait: index + 1 })),
);

it("ends a frozen primary before another member can be promoted, whatever the timing", () => {
  const accepted = combinations.filter((patroni) => fencingWindow(patroni) >= smallestWindow);

  const late = accepted.filter((patroni) => {
    const window = patroni.ttl - patroni.loop_wait;
    const { readiness, liveness } = timings(patroni);
    if (noticed(readiness) !== acts(readiness) || noticed(liveness) !== acts(liveness)) return true;
    return !(acts(readiness) < window && acts(liveness) + kill <= window);
  });
  expect(late).toEqual([]);
  expect(accepted.length).toBeGreaterThan(100_000);
  process.stdout.write(`probes: ${accepted.length} combinations of ttl and loop_wait\n`);
});

it("has probes that Kubernetes takes: whole seconds, an answer within its period", () => {
  const odd = combinations
    .filter((patroni) => fencingWindow(patroni) >= smallestWindow)
    .flatMap((patroni) => Object.values(timings(patroni)))
    .filter(
      ({ periodSeconds, timeoutSeconds }) =>
        !Number.isInteger(periodSeconds) || timeoutSeconds < 1 || timeoutSeconds > periodSeconds,
    );

  expect(odd).toEqual([]);
});

it("accepts exactly the timings that leave room for it", () => {
  const edges = [20, 21, 25, 30, 60, 300].flatMap((ttl) =>
    [1, 2, ttl - 14, ttl - 9, ttl - 8, ttl - 7, ttl - 6, ttl - 5]
      .filter((loop_wait) => loop_wait >= 1)
      .map((loop_wait) => ({ ttl, loop_wait })),
  );

  for (const { ttl, loop_wait } of edges) {
    const text = spec(`{ ttl: ${ttl}, loop_wait: ${loop_wait}, retry_timeout: 3 }`);
    const errors = render([{ path: "a.yaml", text }]).problems.filter(({ severity }) => severity === "error");
    const wanted = [
      ...(ttl - loop_wait < 6 ? ["patroni-timing"] : []),
      ...(ttl - loop_wait < smallestWindow ? ["fencing-window"] : []),
    ];
    expect({ ttl, loop_wait, rules: errors.map(({ rule }) => rule) }).toEqual({
      ttl,
      loop_wait,
      rules: wanted,
    });
  }
});

it.each([
  [20, 12],
  [30, 10],
  [60, 20],
])("renders the probes of ttl %d and loop_wait %d", (ttl, loop_wait) => {
  const { files } = render([
    { path: "a.yaml", text: spec(`{ ttl: ${ttl}, loop_wait: ${loop_wait}, retry_timeout: 3 }`) },
  ]);

  const set = objectOf(objectsOf(files), "StatefulSet", "a");
  const container = at(set, "spec", "template", "spec", "containers", 0);
  const { readiness, liveness } = timings({ ttl, loop_wait });
  expect(at(container, "readinessProbe")).toMatchObject(readiness);
  expect(at(container, "livenessProbe")).toMatchObject({ ...liveness, terminationGracePeriodSeconds: 1 });
});

it("leaves time to shut down after the handover, whatever the grace period", () => {
  const seconds = [1, 2, 3, 10, 29, 59, 60, 61, 119, 120, 121, 300, 3600];

  for (const grace of seconds) {
    const operator = `apiVersion: cpo.opensource.cybertec.at/v1
kind: OperatorConfiguration
metadata: { name: cpo }
configuration: { kubernetes: { pod_terminate_grace_period: ${grace}s } }
`;
    const { files } = render([
      { path: "a.yaml", text: spec("{}") },
      { path: "operator.yaml", text: operator },
    ]);
    const pod = at(objectOf(objectsOf(files), "StatefulSet", "a"), "spec", "template", "spec");
    const env = items(at(pod, "containers", 0, "env"));
    const handover = Number(
      textAt(
        env.find((entry) => textAt(entry, "name") === "HANDOVER_SECONDS"),
        "value",
      ),
    );
    expect(at(pod, "terminationGracePeriodSeconds")).toBe(grace);
    expect(handover).toBeLessThan(grace);
    expect(grace - handover).toBeLessThanOrEqual(60);
  }
});
