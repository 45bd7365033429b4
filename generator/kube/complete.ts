import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { containerDefaults, restrictedContainer } from "./container.ts";

// What a user wrote as Kubernetes' own, with what the API server would fill in.
// https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go

type Probe = NonNullable<IContainer["livenessProbe"]>;
type Lifecycle = NonNullable<IContainer["lifecycle"]>;
type Hook = NonNullable<Lifecycle["preStop"]>;
type Request = NonNullable<Hook["httpGet"]>;
type Security = NonNullable<IContainer["securityContext"]>;
type Projected = NonNullable<IVolume["projected"]>;
type Projection = NonNullable<Projected["sources"]>[number];
type DownwardFile = NonNullable<NonNullable<IVolume["downwardAPI"]>["items"]>[number];
type Claim = NonNullable<NonNullable<IVolume["ephemeral"]>["volumeClaimTemplate"]>;

/** A container of a user's, under the `restricted` standard in what it leaves open. */
export function completeContainer(given: IContainer): IContainer {
  const { name, image, env, ports, lifecycle, resources, securityContext, ...rest } = given;
  const { startupProbe, readinessProbe, livenessProbe, ...more } = rest;
  return {
    name,
    ...(image === undefined ? {} : { image }),
    ...containerDefaults,
    imagePullPolicy: pullPolicy(image),
    ...more,
    ...(ports === undefined ? {} : { ports: ports.map((port) => ({ protocol: "TCP", ...port })) }),
    ...(env === undefined ? {} : { env: env.map(completeVariable) }),
    ...(startupProbe === undefined ? {} : { startupProbe: completeProbe(startupProbe) }),
    ...(readinessProbe === undefined ? {} : { readinessProbe: completeProbe(readinessProbe) }),
    ...(livenessProbe === undefined ? {} : { livenessProbe: completeProbe(livenessProbe) }),
    ...(lifecycle === undefined ? {} : { lifecycle: completeLifecycle(lifecycle) }),
    resources: resources ?? {},
    securityContext: completeSecurity(securityContext ?? {}),
  };
}

/** Without a tag, or with `latest`, what an image name stands for changes: it is pulled each time. */
function pullPolicy(image = ""): "Always" | "IfNotPresent" {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/]*)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

/** A variable with the version of a field's path and the unit of a resource's amount. */
export function completeVariable(variable: IEnvVar): IEnvVar {
  return variable.valueFrom === undefined
    ? variable
    : { ...variable, valueFrom: completeFields(variable.valueFrom) };
}

type Fields = Pick<DownwardFile, "fieldRef" | "resourceFieldRef">;

function completeFields<T extends Fields>({ fieldRef, resourceFieldRef, ...rest }: T) {
  return {
    ...rest,
    ...(fieldRef === undefined ? {} : { fieldRef: { apiVersion: "v1", ...fieldRef } }),
    ...(resourceFieldRef === undefined ? {} : { resourceFieldRef: { divisor: "0", ...resourceFieldRef } }),
  };
}

function completeProbe({ httpGet, grpc, ...probe }: Probe): Probe {
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...probe,
    ...(httpGet === undefined ? {} : { httpGet: completeRequest(httpGet) }),
    ...(grpc === undefined ? {} : { grpc: { service: "", ...grpc } }),
  };
}

function completeRequest(request: Request): Request {
  return { path: "/", scheme: "HTTP", ...request };
}

function completeLifecycle({ postStart, preStop, ...rest }: Lifecycle): Lifecycle {
  return {
    ...rest,
    ...(postStart === undefined ? {} : { postStart: completeHook(postStart) }),
    ...(preStop === undefined ? {} : { preStop: completeHook(preStop) }),
  };
}

function completeHook({ httpGet, ...hook }: Hook): Hook {
  return { ...hook, ...(httpGet === undefined ? {} : { httpGet: completeRequest(httpGet) }) };
}

/** Whether a container may gain rights: the API server takes no `false` beside the other two. */
export function escalates({ allowPrivilegeEscalation, privileged, capabilities }: Security): boolean {
  const system = (capabilities?.add ?? []).some((name) => /^(CAP_)?SYS_ADMIN$/.test(name));
  return allowPrivilegeEscalation ?? (privileged === true || system);
}

/** Its own files are writable if it does not say otherwise: an image that nobody made for it needs them. */
function completeSecurity(given: Security): Security {
  const { readOnlyRootFilesystem: _readOnly, ...restricted } = restrictedContainer;
  return {
    ...restricted,
    ...given,
    allowPrivilegeEscalation: escalates(given),
    capabilities: { ...restricted.capabilities, ...given.capabilities },
  };
}

/** A volume of a user's, with the modes of its files. */
export function completeVolume(given: IVolume): IVolume {
  const { configMap, secret, downwardAPI, projected, ephemeral, hostPath, image, ...rest } = given;
  const defaultMode = 0o644;
  return {
    ...rest,
    ...(configMap === undefined ? {} : { configMap: { defaultMode, ...configMap } }),
    ...(secret === undefined ? {} : { secret: { defaultMode, ...secret } }),
    ...(downwardAPI === undefined
      ? {}
      : { downwardAPI: { defaultMode, ...downwardAPI, items: completeFiles(downwardAPI.items) } }),
    ...(projected === undefined ? {} : { projected: { defaultMode, ...completeProjected(projected) } }),
    ...(ephemeral?.volumeClaimTemplate === undefined
      ? {}
      : { ephemeral: { volumeClaimTemplate: completeClaim(ephemeral.volumeClaimTemplate) } }),
    ...(hostPath === undefined ? {} : { hostPath: { type: "", ...hostPath } }),
    ...(image === undefined ? {} : { image: { pullPolicy: pullPolicy(image.reference), ...image } }),
  };
}

function completeFiles(files: readonly DownwardFile[] = []) {
  return files.map(completeFields);
}

function completeProjected({ sources = [], ...rest }: Projected): Projected {
  return { ...rest, sources: sources.map(completeProjection) };
}

function completeProjection({ downwardAPI, serviceAccountToken, ...rest }: Projection): Projection {
  return {
    ...rest,
    ...(downwardAPI === undefined ? {} : { downwardAPI: { items: completeFiles(downwardAPI.items) } }),
    ...(serviceAccountToken === undefined
      ? {}
      : { serviceAccountToken: { expirationSeconds: 3600, ...serviceAccountToken } }),
  };
}

function completeClaim({ spec, ...rest }: Claim): Claim {
  return { ...rest, spec: { volumeMode: "Filesystem", ...spec } };
}
