import { absencesHold } from "./absent.ts";
import {
  backupNamesFit,
  backupNowHasPlace,
  identityIsUsed,
  backupVariables,
  backupsWaitForPrimary,
  repositoriesAreLines,
  repositoriesStay,
} from "./backups.ts";
import { certificatesAreMade, certificatesLast, issuerIsOne } from "./certificates.ts";
import { dcsFields, dcsHosts } from "./dcs.ts";
import {
  containerNames,
  containersAllowed,
  containersStartAndStop,
  oldSpellings,
  variablesLeftOut,
} from "./containers.ts";
import { podLabels, teamPrefix } from "./labels.ts";
import { podFits } from "./mounts.ts";
import type { Rule } from "./finding.ts";
import { budgetKeepsCommits } from "./disruption.ts";
import { failureDomains } from "./domains.ts";
import { externalSecretsKnown } from "./external-secrets.ts";
import { generations } from "./generations.ts";
import { hugePages } from "./huge-pages.ts";
import { imageDigest, imageReference } from "./image.ts";
import { hbaLetsMembersIn, hbaLines } from "./hba.ts";
import { loadBalancers, sourceRangesAreRanges } from "./load-balancer.ts";
import { dumpsAreRemoved, dumpsHaveStore } from "./logical.ts";
import { maintenanceWithinLimit, memoryWithinLimit } from "./memory.ts";
import { hbaLetsExporterIn, monitorWorks } from "./monitor.ts";
import { noMultisite } from "./multisite.ts";
import { knownParameters } from "./parameters.ts";
import { membershipsHold } from "./memberships.ts";
import { annotationsAreAnnotations, labelsAreLabels } from "./metadata.ts";
import { enoughReplicas, patroniTiming, quorumIsOurs, strictNeedsReplicas } from "./patroni.ts";
import {
  initdbOptions,
  parametersAboveLeast,
  parametersOfOneLine,
  replicaLevel,
  reservedParameters,
} from "./postgres.ts";
import {
  poolerConnections,
  poolerHasPlace,
  poolerLabels,
  poolerNames,
  poolerParameters,
  poolerVariables,
} from "./pooler.ts";
import { delayedReaders, ofPools, poolNames, poolParameters } from "./pools.ts";
import { limitsRaised, requestsChanged, requestsWithinLimits, volumeHoldsSomething } from "./resources.ts";
import { instancesAllowed, spreadCounts, spreadOnce } from "./scheduling.ts";
import { containersLoosened } from "./security.ts";
import { origins } from "./origin.ts";
import { backupOptions } from "./pgbackrest.ts";
import { backupOptionsTogether } from "./pgbackrest-effect.ts";
import { backupRepositories } from "./pgbackrest-repos.ts";
import { restoreOptions } from "./pgbackrest-restore.ts";
import { backupRetention } from "./pgbackrest-retention.ts";
import { preparedNamesFree, preparedRolesFit } from "./prepared.ts";
import { roleOptionsHold } from "./role-options.ts";
import { ownersAreRoles, protectedRoles } from "./roles.ts";
import { schedulesRun } from "./schedule.ts";
import { secretNamespaces } from "./secret-namespaces.ts";
import { cloneSource, standbySecrets, standbySource } from "./source.ts";
import { authorityHasFile, encryptionNeedsBuild } from "./tls.ts";
import { upgrades } from "./upgrade.ts";
import { verificationRuns } from "./verification.ts";
import { windowsBeforeTheirEnd } from "./windows.ts";
import { ephemeralVolume } from "./volumes.ts";

/** What a schema cannot say about one cluster. */
export const rules: readonly Rule[] = [
  patroniTiming,
  quorumIsOurs,
  strictNeedsReplicas,
  enoughReplicas,
  budgetKeepsCommits,
  dcsFields,
  dcsHosts,
  requestsWithinLimits,
  volumeHoldsSomething,
  limitsRaised,
  requestsChanged,
  instancesAllowed,
  containersAllowed,
  containerNames,
  containersStartAndStop,
  containersLoosened,
  oldSpellings,
  variablesLeftOut,
  podFits,
  podLabels,
  teamPrefix,
  spreadCounts,
  spreadOnce,
  parametersOfOneLine,
  knownParameters,
  parametersAboveLeast,
  replicaLevel,
  backupsWaitForPrimary,
  backupVariables,
  repositoriesStay,
  repositoriesAreLines,
  backupNamesFit,
  backupNowHasPlace,
  identityIsUsed,
  certificatesAreMade,
  certificatesLast,
  issuerIsOne,
  dumpsHaveStore,
  dumpsAreRemoved,
  memoryWithinLimit,
  maintenanceWithinLimit,
  reservedParameters,
  initdbOptions,
  hbaLines,
  hbaLetsMembersIn,
  imageReference,
  labelsAreLabels,
  annotationsAreAnnotations,
  sourceRangesAreRanges,
  loadBalancers,
  monitorWorks,
  hbaLetsExporterIn,
  noMultisite,
  authorityHasFile,
  encryptionNeedsBuild,
  windowsBeforeTheirEnd,
  imageDigest,
  ephemeralVolume,
  poolNames,
  poolParameters,
  delayedReaders,
  ...[parametersOfOneLine, knownParameters, memoryWithinLimit, maintenanceWithinLimit].map(ofPools),
  poolerConnections,
  poolerNames,
  poolerParameters,
  poolerHasPlace,
  poolerVariables,
  poolerLabels,
  failureDomains,
  hugePages,
  ownersAreRoles,
  protectedRoles,
  preparedRolesFit,
  preparedNamesFree,
  roleOptionsHold,
  membershipsHold,
  absencesHold,
  secretNamespaces,
  externalSecretsKnown,
  schedulesRun,
  backupRepositories,
  backupOptions,
  backupOptionsTogether,
  backupRetention,
  verificationRuns,
  restoreOptions,
  generations,
  upgrades,
  standbySource,
  standbySecrets,
  cloneSource,
  origins,
];
