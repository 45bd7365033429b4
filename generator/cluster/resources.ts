import { bytes, millicores } from "../kube/quantity.ts";
import type { Fleet, Resources } from "./cluster.ts";

/** Kubernetes takes a number for a quantity, too. */
type Amounts = { readonly cpu?: string | number; readonly memory?: string | number };
type Given = { readonly requests?: Amounts; readonly limits?: Amounts };

/**
 * Requests and limits with the fleet's defaults; a request over the default limit raises that limit, and a limit under the
 * default request cuts that request.
 */
export function withDefaults(given: Given, { resources: fleet }: Fleet): Resources {
  const [own, most] = [texts(given.requests), texts(given.limits)];
  const requests = {
    cpu: own.cpu ?? smaller(fleet.requests.cpu, most.cpu, millicores),
    memory: own.memory ?? smaller(fleet.requests.memory, most.memory, bytes),
  };
  return {
    requests,
    limits: {
      cpu: most.cpu ?? larger(fleet.limits.cpu, requests.cpu, millicores),
      memory: most.memory ?? larger(fleet.limits.memory, requests.memory, bytes),
    },
  };
}

/** The database container's, within what the fleet allows: in CPO's order, so that the largest request has the last word. */
export function databaseResources(given: Given, fleet: Fleet): Resources {
  const { requests, limits } = withDefaults(given, fleet);
  const { leastLimits: least, greatestRequests: greatest } = fleet;
  const raised = {
    cpu: larger(limits.cpu, least.cpu, millicores),
    memory: larger(limits.memory, least.memory, bytes),
  };
  const memory = fleet.memoryRequestIsLimit ? larger(requests.memory, raised.memory, bytes) : requests.memory;
  return {
    requests: {
      cpu: smaller(requests.cpu, greatest.cpu, millicores),
      memory: smaller(memory, greatest.memory, bytes),
    },
    limits: raised,
  };
}

function texts({ cpu, memory }: Amounts = {}): { cpu: string | undefined; memory: string | undefined } {
  return { cpu: cpu?.toString(), memory: memory?.toString() };
}

type Measure = (quantity: string) => bigint | undefined;

function larger(a: string, b: string, measure: Measure): string {
  return (measure(b) ?? 0n) > (measure(a) ?? 0n) ? b : a;
}

function smaller(a: string, b: string | undefined, measure: Measure): string {
  const limit = b === undefined ? undefined : measure(b);
  return b !== undefined && limit !== undefined && limit < (measure(a) ?? 0n) ? b : a;
}
