import type { ContainerRule, PodRule } from './rule.ts';
import { appBugException } from './rules/app-bug-exception.ts';
import { appErrorExit } from './rules/app-error-exit.ts';
import { appExitsImmediately } from './rules/app-exits-immediately.ts';
import { commandNotFound } from './rules/command-not-found.ts';
import { crashByLogText } from './rules/crash-by-log-text.ts';
import { dependencyUnavailable } from './rules/dependency-unavailable.ts';
import { endedBySignal } from './rules/ended-by-signal.ts';
import { evicted } from './rules/evicted.ts';
import { nodeCordoned, nodeSelectorMismatch, untoleratedTaint } from './rules/excluded-by-design.ts';
import { imageNameInvalid } from './rules/image-name-invalid.ts';
import { imagePlatformMismatch } from './rules/image-platform-mismatch.ts';
import { imageRepositoryNotFound } from './rules/image-repository-not-found.ts';
import { imageTagNotFound } from './rules/image-tag-not-found.ts';
import { insufficientCpu, insufficientMemory } from './rules/insufficient-resource.ts';
import { killedByLiveness, killedByStartup } from './rules/killed-by-probe.ts';
import { missingEnvVar } from './rules/missing-env-var.ts';
import {
  configMapKeyNotFound,
  configMapNotFound,
  secretKeyNotFound,
  secretNotFound,
} from './rules/missing-reference.ts';
import { noTemporaryFolder } from './rules/no-temporary-folder.ts';
import { nodeKubeletStopped } from './rules/node-kubelet-stopped.ts';
import { nodeTrouble } from './rules/node-trouble.ts';
import { oomLimit, oomNode } from './rules/out-of-memory.ts';
import { podEndedByNode } from './rules/pod-ended-by-node.ts';
import { preempted } from './rules/preempted.ts';
import { podNotCreated } from './rules/pod-not-created.ts';
import { permissionDenied, permissionDeniedOnPath } from './rules/permission-denied.ts';
import { postStartHookFailed } from './rules/post-start-hook-failed.ts';
import { probeNotReady } from './rules/probe-not-ready.ts';
import { probeWrongPortOrPath } from './rules/probe-wrong-port-or-path.ts';
import { pullFailureByText } from './rules/pull-failure-by-text.ts';
import { pullSecretAbsent } from './rules/pull-secret-absent.ts';
import { pullSecretNotFound } from './rules/pull-secret-not-found.ts';
import { pullSecretNotMatchingRegistry } from './rules/pull-secret-not-matching-registry.ts';
import { pullSecretWrongType } from './rules/pull-secret-wrong-type.ts';
import { registryAccessDenied } from './rules/registry-access-denied.ts';
import { registryDnsFailure } from './rules/registry-dns-failure.ts';
import { registryRateLimited } from './rules/registry-rate-limited.ts';
import { runAsNonRoot } from './rules/run-as-non-root.ts';
import { sandboxFailure } from './rules/sandbox-failure.ts';
import { sigkillUnattributed } from './rules/sigkill-unattributed.ts';
import { startFailureByText } from './rules/start-failure-by-text.ts';
import { unschedulable } from './rules/unschedulable.ts';
import { volumeFailure } from './rules/volume-failure.ts';
import { waitsForDependency } from './rules/waits-for-dependency.ts';
import { usagePrinted, wrongArguments } from './rules/wrong-arguments.ts';
import { noNodes, schedulerMissing, schedulingGated } from './rules/not-scheduled.ts';
import { readinessGateNotReady } from './rules/readiness-gate.ts';
import { configErrorByText } from './rules/config-error-by-text.ts';
import { containerStatusUnknown, definitionChanged, sandboxKeepsChanging } from './rules/not-its-own-end.ts';
import { configInvalid, invalidEnvValue, missingConfigFile } from './rules/bad-configuration.ts';
import { dnsFailure } from './rules/dns-failure.ts';
import { heapExhausted } from './rules/heap-exhausted.ts';
import { registryTokenExpired } from './rules/registry-token-expired.ts';
import {
  daemonSetFailedPods,
  jobGaveUp,
  progressDeadlineExceeded,
  statefulSetStuck,
} from './rules/workload-stuck.ts';
import { cronJobFailing } from './rules/cronjob-failing.ts';
import { cronJobMissed } from './rules/cronjob-missed.ts';
import { pullSecretMalformed } from './rules/pull-secret-malformed.ts';
import { imageCredentialReverification } from './rules/image-credential-reverification.ts';
import { imageOnlyLocal } from './rules/image-only-local.ts';
import { imageVolumeFailed } from './rules/image-volume-failed.ts';
import { nodeCredentialProviderBroken } from './rules/node-credential-provider-broken.ts';
import { pullSecretWrongNamespace } from './rules/pull-secret-wrong-namespace.ts';
import { pvcNotFound } from './rules/pvc-not-found.ts';
import { pvcUnbound } from './rules/pvc-unbound.ts';
import { volumeNodeAffinityConflict } from './rules/volume-node-affinity-conflict.ts';
import { limitRangeViolation } from './rules/limit-range-violation.ts';
import { quotaExceeded } from './rules/quota-exceeded.ts';
import { quotaRequestsMissing } from './rules/quota-requests-missing.ts';
import { registryMirrorBroken } from './rules/registry-mirror-broken.ts';

/** What explains the pod as a whole; looked at before any container. The first answer wins. */
export const POD_RULES: readonly PodRule[] = [
  nodeTrouble,
  quotaRequestsMissing,
  quotaExceeded,
  limitRangeViolation,
  podNotCreated,
  jobGaveUp,
  cronJobFailing,
  cronJobMissed,
  progressDeadlineExceeded,
  daemonSetFailedPods,
  evicted,
  podEndedByNode,
  schedulingGated,
  pvcNotFound,
  pvcUnbound,
  schedulerMissing,
  noNodes,
  preempted,
  insufficientMemory,
  insufficientCpu,
  untoleratedTaint,
  nodeSelectorMismatch,
  nodeCordoned,
  volumeNodeAffinityConflict,
  unschedulable,
  nodeKubeletStopped,
  statefulSetStuck,
  readinessGateNotReady,
  volumeFailure,
  sandboxFailure,
  waitsForDependency,
];

/**
 * Per container, in the order of the kubelet's own steps: configuration, image, start, then how the process
 * ended (by whom before how), and readiness last. The first answer wins.
 */
export const CONTAINER_RULES: readonly ContainerRule[] = [
  configMapNotFound,
  secretNotFound,
  configMapKeyNotFound,
  secretKeyNotFound,
  runAsNonRoot,
  configErrorByText,

  imageVolumeFailed,
  pullSecretMalformed,
  imageNameInvalid,
  imagePlatformMismatch,
  registryRateLimited,
  registryMirrorBroken,
  registryDnsFailure,
  pullSecretWrongNamespace,
  pullSecretNotFound,
  pullSecretWrongType,
  registryTokenExpired,
  imageCredentialReverification,
  imageOnlyLocal,
  imageRepositoryNotFound,
  imageTagNotFound,
  pullSecretNotMatchingRegistry,
  nodeCredentialProviderBroken,
  pullSecretAbsent,
  registryAccessDenied,
  pullFailureByText,

  commandNotFound,
  startFailureByText,

  containerStatusUnknown,
  oomLimit,
  oomNode,
  killedByLiveness,
  killedByStartup,
  postStartHookFailed,
  definitionChanged,
  wrongArguments,
  crashByLogText,
  missingEnvVar,
  invalidEnvValue,
  heapExhausted,
  dnsFailure,
  dependencyUnavailable,
  noTemporaryFolder,
  missingConfigFile,
  configInvalid,
  permissionDeniedOnPath,
  appBugException,
  permissionDenied,
  sandboxKeepsChanging,
  endedBySignal,
  sigkillUnattributed,
  appExitsImmediately,
  usagePrinted,
  appErrorExit,
];

/** For a container that runs and is not ready; an earlier exit does not explain that. */
export const READINESS_RULES: readonly ContainerRule[] = [probeWrongPortOrPath, probeNotReady];
