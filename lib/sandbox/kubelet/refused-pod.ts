import type { Condition, Pod, PodStatus } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import type { Refused } from './pod-admission.ts';

/** A pod that must not run (any more), as the container machinery has to see it: ended at once, not removed. */
export const refusedPod = (pod: Pod, now: number): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: seconds(now), deletionGracePeriodSeconds: 0 },
});

/** Phase Failed, with the reason on the pod itself; its containers show what became of them. */
export function refusedStatus(reported: PodStatus, refused: Refused, now: number): PodStatus {
  const hasRun = (reported.containerStatuses ?? []).some(({ containerID }) => containerID);
  const conditions = reported.conditions ?? [];
  const status: PodStatus = {
    ...reported,
    phase: 'Failed',
    reason: refused.reason,
    message: refused.message,
  };
  // Turned away at the door: such a pod has no containers, conditions or addresses of its own.
  if (!hasRun) {
    const { phase, reason, message } = status;
    const scheduled = conditions.filter(({ type }) => type === 'PodScheduled');
    return { phase, reason, message, ...(scheduled.length > 0 ? { conditions: scheduled } : {}) };
  }
  const before = findCondition(conditions, 'DisruptionTarget');
  const disruption: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    message: refused.message,
    lastProbeTime: null,
    lastTransitionTime: before?.lastTransitionTime ?? seconds(now),
  };
  const isReadiness = ({ type }: Condition): boolean => type === 'Ready' || type === 'ContainersReady';
  const ended = conditions
    .filter(({ type }) => type !== 'DisruptionTarget')
    .map((condition) =>
      isReadiness(condition) ? { ...condition, reason: 'PodFailed', message: undefined } : condition,
    );
  return { ...status, conditions: [...ended, disruption] };
}
