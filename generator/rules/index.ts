import { dcsFields, dcsHosts } from "./dcs.ts";
import type { Rule } from "./finding.ts";
import { imageReference } from "./image.ts";
import { loadBalancers, sourceRangesAreRanges } from "./load-balancer.ts";
import { memoryWithinLimit } from "./memory.ts";
import { noMultisite } from "./multisite.ts";
import { knownParameters } from "./parameters.ts";
import { annotationsAreAnnotations, labelsAreLabels } from "./metadata.ts";
import { patroniTiming, quorumIsOurs, strictNeedsReplicas } from "./patroni.ts";
import {
  hbaLetsMembersIn,
  initdbOptions,
  parametersAboveLeast,
  parametersOfOneLine,
  replicaLevel,
  reservedParameters,
} from "./postgres.ts";
import { limitsRaised, requestsWithinLimits } from "./resources.ts";
import { authorityHasFile, encryptionNeedsBuild } from "./tls.ts";
import { windowsBeforeTheirEnd } from "./windows.ts";

/** What a schema cannot say about one cluster. */
export const rules: readonly Rule[] = [
  patroniTiming,
  quorumIsOurs,
  strictNeedsReplicas,
  dcsFields,
  dcsHosts,
  requestsWithinLimits,
  limitsRaised,
  parametersOfOneLine,
  knownParameters,
  parametersAboveLeast,
  replicaLevel,
  memoryWithinLimit,
  reservedParameters,
  initdbOptions,
  hbaLetsMembersIn,
  imageReference,
  labelsAreLabels,
  annotationsAreAnnotations,
  sourceRangesAreRanges,
  loadBalancers,
  noMultisite,
  authorityHasFile,
  encryptionNeedsBuild,
  windowsBeforeTheirEnd,
];
