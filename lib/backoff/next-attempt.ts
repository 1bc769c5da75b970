import type { NextAttempt } from '#lib/model/backoff.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { ContainerStatus, Pod, Terminated, Waiting } from '#lib/model/pod.ts';
import { wakesAtExpiry } from './kubelet-minor.ts';
import { nextPull, type ObservedPulls } from './next-pull.ts';
import { nextRestart, RESTART_REASONS } from './next-restart.ts';
import {
  EVERY_SECOND,
  EVERY_SYNC,
  NEVER,
  ON_CLAIM_CHANGE,
  ON_NODE_CHANGE,
  probedEvery,
  whenNodeReports,
  WITHIN_TWO_MINUTES,
  type UntimedAttempt,
} from './untimed.ts';

export type AttemptInput = {
  readonly pod: Pod;
  /** Absent when no container is reported yet, e.g. before scheduling. */
  readonly status?: ContainerStatus;
  /** Events of the pod. */
  readonly events: readonly KubeEvent[];
  readonly node?: KubeNode;
  readonly now: number;
  readonly observed?: ObservedPulls;
};

/** Retried with back-off by the image manager. */
const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
/** Fail before the runtime or the registry is asked; tried again at every sync of the pod. */
const SYNC_REASONS: ReadonlySet<string> = new Set([
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'CreateContainerConfigError',
  'CreateContainerError',
  'PreCreateHookError',
  'PreStartHookError',
]);
/** Reported while the node prepares the pod: only events say what it waits for. */
const SETUP_REASONS: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', '']);
const VOLUME_EVENTS: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/**
 * When Kubernetes tries again to get this container going, or why there is no clock. Undefined when nothing is
 * being waited for: it is healthy, done, on its way, or the pod is being deleted.
 */
export function nextAttempt(input: AttemptInput): NextAttempt | undefined {
  const { pod, status, node } = input;
  if (pod.meta.deletedAt !== undefined || pod.phase === 'Succeeded') return undefined;
  if (pod.phase === 'Failed') return NEVER;
  if (pod.nodeName === undefined) return placedAgain(pod);
  if (node && node.conditions.some(({ type, status }) => type === 'Ready' && status !== 'True')) {
    return whenNodeReports(node.meta.name);
  }
  if (!status) return setupAttempt(input.events);
  switch (status.state.kind) {
    case 'running':
      return probeAttempt(pod, status);
    case 'terminated':
      return restartsByItself(pod, status, status.state)
        ? nextRestart(status, { kubeletVersion: node?.kubeletVersion })
        : exitedForGood(pod, status, status.state);
    case 'waiting':
      return waitingAttempt(input, status, status.state);
  }
}

/** No claim, or none that is bound: the scheduler waits for a claim or volume then, and hears of each at once. */
const NEEDS_CLAIM =
  /persistentvolumeclaim "|unbound (?:immediate )?PersistentVolumeClaims|persistent volumes to bind/;

/** The scheduler has no clock: it tries again when something changes that the plugin which refused the pod asked to hear of. */
function placedAgain({ schedulingGates, conditions }: Pod): UntimedAttempt {
  if (schedulingGates.length > 0) return NEVER;
  const said = conditions.find(({ type }) => type === 'PodScheduled')?.message ?? '';
  return NEEDS_CLAIM.test(said) ? ON_CLAIM_CHANGE : ON_NODE_CHANGE;
}

function waitingAttempt(
  { pod, events, node, now, observed }: AttemptInput,
  status: ContainerStatus,
  { reason }: Waiting,
): NextAttempt | undefined {
  const kubeletVersion = node?.kubeletVersion;
  if (RESTART_REASONS.has(reason)) {
    const restart = nextRestart(status, { kubeletVersion });
    return restart ?? (reason === 'CrashLoopBackOff' ? undefined : EVERY_SYNC);
  }
  if (PULL_REASONS.has(reason)) {
    return nextPull({
      podUid: pod.meta.uid,
      image: pod.template.containers.find(({ name }) => name === status.name)?.image ?? status.image,
      events,
      observed,
      mayOversleep: wakesAtExpiry(kubeletVersion) && hasCrashBackoff(pod),
      now,
    });
  }
  if (SYNC_REASONS.has(reason)) return EVERY_SYNC;
  return SETUP_REASONS.has(reason) ? setupAttempt(events) : undefined;
}

/** Sandbox and volume failures: the retry is not in the API, but its rhythm is known. */
function setupAttempt(events: readonly KubeEvent[]): NextAttempt | undefined {
  const newest = events
    .filter(({ type }) => type === 'Warning')
    .reduce<KubeEvent | undefined>(
      (best, event) => (best && best.lastAt >= event.lastAt ? best : event),
      undefined,
    );
  if (!newest) return undefined;
  if (VOLUME_EVENTS.has(newest.reason)) return WITHIN_TWO_MINUTES;
  if (newest.reason === 'NetworkNotReady') return EVERY_SECOND;
  return newest.reason === 'FailedCreatePodSandBox' ? EVERY_SYNC : undefined;
}

function probeAttempt(pod: Pod, { name, ready, started }: ContainerStatus): NextAttempt | undefined {
  if (ready) return undefined;
  const spec = pod.template.containers.find((container) => container.name === name);
  const probe = started ? spec?.readiness : (spec?.startup ?? spec?.readiness);
  return probe && probedEvery(probe.periodSeconds);
}

/**
 * Since 1.35 a container may have restart rules of its own (beta), which the pod's policy does not show: one that
 * was restarted before is taken to be restarted again.
 */
function restartsByItself(pod: Pod, status: ContainerStatus, { exitCode }: Terminated): boolean {
  const role = pod.template.containers.find(({ name }) => name === status.name)?.role;
  if (role === 'sidecar') return true;
  if (role === 'ephemeral') return false;
  if (role === 'init' && exitCode === 0) return false;
  const { restartPolicy } = pod.template;
  if (restartPolicy === 'Always') return true;
  return exitCode !== 0 && (restartPolicy === 'OnFailure' || status.restartCount > 0);
}

function exitedForGood(
  pod: Pod,
  { name }: ContainerStatus,
  { exitCode }: Terminated,
): NextAttempt | undefined {
  const isEphemeral = pod.ephemeralStatuses.some((status) => status.name === name);
  return exitCode === 0 || isEphemeral ? undefined : NEVER;
}

function hasCrashBackoff({ initStatuses, statuses }: Pod): boolean {
  return [...initStatuses, ...statuses].some(
    ({ state }) => state.kind === 'waiting' && state.reason === 'CrashLoopBackOff',
  );
}
