import type { Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';

const FIRST_MS = 10_000;
/** The documentation still says six minutes; job_controller.go, MaxJobPodFailureBackOff, says ten. */
const LONGEST_MS = 600_000;

/** When a Pod ended: its last container, or its loss of readiness, or its deletion (job/backoff_utils.go). */
export function podFinishedAt({ metadata, status }: Pod): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => epochMs(state.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((end) => end > 0)) return Math.max(...ends);
  const ready = findCondition(status?.conditions, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return epochMs(ready.lastTransitionTime);
  if (metadata.deletionTimestamp)
    return epochMs(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  return epochMs(metadata.creationTimestamp);
}

/**
 * How long a Job still waits before its next Pod, ms: 10 s doubling to 10 min with the failures since the last success,
 * counted from the last failure, without jitter. Upstream remembers the failures, we read them off the Pods.
 */
export function podBackOffMs(
  { succeeded, failed }: { succeeded: readonly Pod[]; failed: readonly Pod[] },
  now: number,
): number {
  const lastSuccessAt = Math.max(-1, ...succeeded.map(podFinishedAt));
  const failures = failed.map(podFinishedAt).filter((at) => at > lastSuccessAt);
  if (failures.length === 0) return 0;
  const delayMs = Math.min(FIRST_MS * 2 ** (failures.length - 1), LONGEST_MS);
  return Math.max(0, Math.max(...failures) + delayMs - now);
}
