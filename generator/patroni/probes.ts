import type { IProbe } from "kubernetes-models/v1/Probe";
import type { Group } from "../cluster/group.ts";
import { ports } from "../naming.ts";

type Timing = {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: 2;
};

/** Seconds after which a killed container is gone at the latest: one for the hook, two that the kubelet always grants. */
const killSeconds = 3;

/** Seconds that a busy kubelet may be late with a probe and with what follows from it; seen: up to three. */
const kubeletSeconds = 3;

/**
 * Seconds from the moment in which a primary freezes to the first one in which another member can be promoted: it has
 * renewed its lock up to `loop_wait` before, and the lock holds for `ttl`.
 */
export function fencingWindow(patroni: { readonly ttl: number; readonly loop_wait: number }): number {
  return patroni.ttl - patroni.loop_wait;
}

/** The smallest window in which the kubelet can see two missed answers, a second apart, and end the container. */
export const smallestWindow = 8;

/**
 * The window of Patroni's defaults. A larger one makes the probes no slower: Patroni reads `ttl` and `loop_wait` from its DCS,
 * so a spec that raises them may be ahead of the running cluster; and a member that died is to be noticed soon anyway.
 */
const defaultWindow = 20;

/** Seconds until a probe notices a process that froze right after it answered. */
export function noticed(timing: Timing): number {
  return timing.periodSeconds * timing.failureThreshold + timing.timeoutSeconds;
}

/**
 * Timings of the probes, so that a primary whose Patroni is frozen takes no more writes when another one can be
 * promoted: readiness takes it out of the Services, for new connections; liveness ends the container and with it the
 * established ones. There is no watchdog device in a container, the kubelet is the watchdog.
 */
export function timings(patroni: { readonly ttl: number; readonly loop_wait: number }): {
  readiness: Timing;
  liveness: Timing;
} {
  const window = Math.min(fencingWindow(patroni), defaultWindow);
  return { readiness: within(window / 2), liveness: within(window - killSeconds - kubeletSeconds) };
}

/** The slowest timing that notices within the given seconds. A probe may take half its period to answer. */
function within(seconds: number): Timing {
  const periodSeconds = Math.max(1, Math.floor(seconds / 2.5));
  return { periodSeconds, timeoutSeconds: Math.max(1, Math.floor(periodSeconds / 2)), failureThreshold: 2 };
}

/** The probes of the database container. https://patroni.readthedocs.io/en/latest/rest_api.html#health-check-endpoints */
export function probes(cluster: Group): Record<"startupProbe" | "readinessProbe" | "livenessProbe", IProbe> {
  const { readiness, liveness } = timings(cluster.spec.patroni);
  return {
    // Patroni answers within seconds, also while it copies or restores; five minutes are for an image's entrypoint.
    startupProbe: { ...get("/liveness"), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 150 },
    // From 4.1 on Patroni asks how much a replica has applied; one that lags on purpose has received it all the same.
    readinessProbe: {
      ...get(cluster.pool?.delaySeconds ? "/readiness?mode=write" : "/readiness"),
      ...readiness,
    },
    livenessProbe: { ...get("/liveness"), ...liveness, terminationGracePeriodSeconds: 1 },
  };
}

function get(path: string): IProbe {
  return { httpGet: { path, port: ports.patroni, scheme: "HTTP" }, successThreshold: 1 };
}
