import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { conditionOf } from './condition-of.ts';
import { podRef } from './pod-ref.ts';

/** Failures of sandbox and volumes are in events only; no container status ever names them. */
const SETUP_EVENTS: ReadonlySet<string> = new Set([
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedPrepareDynamicResources',
]);
/** One failed try is common (a volume still detaching, a plugin restarting) and is followed by a good one. */
const TOLD_GRACE_MS = 20_000;
/** Without an event: a sandbox takes seconds, attaching a cloud disk up to a minute. */
const UNTOLD_GRACE_MS = 60_000;
/** With the sandbox ready it is the image being pulled or an init container at work: only excessive time is odd. */
const AT_WORK_GRACE_MS = 600_000;

/** A pod on a node whose containers have not been created for too long. */
export function setupProblem(
  pod: Pod,
  {
    owner,
    events = [],
    now,
  }: { readonly owner: WorkloadRef; readonly events?: readonly KubeEvent[]; readonly now: number },
): Problem | undefined {
  const all = [...pod.initStatuses, ...pod.statuses];
  const isStarted = all.some(({ state, restartCount }) => state.kind !== 'waiting' || restartCount > 0);
  const isWaiting = pod.statuses.length === 0 || pod.statuses.some(({ state }) => state.kind === 'waiting');
  if (!isWaiting) return undefined;

  const sandbox = conditionOf(pod, 'PodReadyToStartContainers');
  const told = isStarted || sandbox?.status === 'True' ? undefined : newestSetupEvent(pod, events);
  const sinceAt = pod.acceptedAt ?? conditionOf(pod, 'PodScheduled')?.lastTransitionAt ?? pod.meta.createdAt;
  const isAtWork = !told && (sandbox?.status !== 'False' || isStarted);
  const graceMs = told ? TOLD_GRACE_MS : isAtWork ? AT_WORK_GRACE_MS : UNTOLD_GRACE_MS;
  if (now < sinceAt + graceMs) return undefined;
  const waiting = pod.statuses.find(({ state }) => state.kind === 'waiting');
  const reason = waiting?.state.kind === 'waiting' ? waiting.state.reason : '';
  return {
    // A slow pull or init container is not a sandbox that fails: the rollout hangs and nothing says why.
    family: isAtWork ? 'rollout' : 'sandbox',
    owner,
    pod: podRef(pod),
    reason: told?.reason ?? (reason || 'ContainerCreating'),
    message: told?.message ?? sandbox?.message,
    sinceAt,
    restartCount: 0,
  };
}

function newestSetupEvent({ meta }: Pod, events: readonly KubeEvent[]): KubeEvent | undefined {
  return events
    .filter(
      ({ type, reason, regarding }) =>
        type === 'Warning' && SETUP_EVENTS.has(reason) && regarding.uid === meta.uid,
    )
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
}
