import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { Job } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import { isReady, isTerminating } from '#lib/sandbox/controllers/pod-facts.ts';
import { byDeletionOrder } from '#lib/sandbox/controllers/replica-set.ts';
import { slowStart } from '#lib/sandbox/controllers/slow-start.ts';
import { indexOf } from './indexes.ts';
import { draftPod, isTracked, releasePod } from './job-pod.ts';
import { podBackOffMs } from './pod-back-off.ts';
import { isFailed, isIndexed, isSucceeded, isSuspended, replacesOnlyFailed, type Tally } from './tally.ts';

export type Managed = {
  readonly writes: readonly Write[];
  /** Counts as they are after the writes. */
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly wakeAfterMs?: number;
};

const MOST_PER_PASS = 500;

/** Too many Pods go, too few come, one or the other in a pass, and only after the back-off (job_controller.go, manageJob). */
export function managed(tally: Tally, now: number): Managed {
  const { job, active, ready, terminating } = tally;
  if (isSuspended(job)) return removed(tally, active);
  const wanted = wantedActive(tally);
  const surplus = surplusPods(tally, Math.max(0, active.length - wanted));
  if (surplus.length > 0) return removed(tally, surplus.slice(0, MOST_PER_PASS));
  const missing = wanted - active.length - (replacesOnlyFailed(job) ? terminating : 0);
  const counts = { active: active.length, ready, terminating };
  if (missing <= 0) return { writes: [], ...counts };
  const backOffMs = podBackOffMs(
    {
      succeeded: tally.pods.filter(isSucceeded),
      failed: tally.pods.filter((pod) => isFailed(job, pod)),
    },
    now,
  );
  // Upstream reports no active Pods while it waits, even if some are.
  if (backOffMs > 0) return { writes: [], ...counts, active: 0, wakeAfterMs: backOffMs };
  const count = Math.min(missing, MOST_PER_PASS);
  const indexes = isIndexed(job)
    ? pendingIndexes(tally, count)
    : Array.from({ length: count }, () => undefined);
  const writes = slowStart(indexes.map((index) => createPod(job, index)));
  return { writes, ...counts, active: active.length + writes.length };
}

function wantedActive({ job, active, succeeded }: Tally): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function pendingIndexes({ job, active, pods, succeededIndexes }: Tally, count: number): readonly number[] {
  const waiting = replacesOnlyFailed(job) ? pods.filter(isTerminating) : [];
  const taken = new Set([...succeededIndexes, ...[...active, ...waiting].map(indexOf)]);
  return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index)
    .filter((index) => !taken.has(index))
    .slice(0, count);
}

/** Of an Indexed Job first the Pods with no, an impossible or a repeated index. */
function surplusPods({ job, active }: Tally, atLeast: number): readonly Pod[] {
  if (!isIndexed(job)) return active.toSorted(byDeletionOrder).slice(0, atLeast);
  const kept = new Map<number, Pod>();
  for (const pod of active.toSorted(byDeletionOrder).toReversed()) {
    const index = indexOf(pod);
    if (index === undefined || index >= (job.spec.completions ?? 0) || kept.has(index)) continue;
    kept.set(index, pod);
  }
  const rest = [...kept.values()];
  const invalid = active.filter((pod) => !rest.includes(pod));
  const more = Math.max(0, atLeast - invalid.length);
  return [...invalid, ...rest.toSorted(byDeletionOrder).slice(0, more)];
}

function removed({ job, active, ready, terminating }: Tally, pods: readonly Pod[]): Managed {
  return {
    writes: pods.flatMap((pod) => [...(isTracked(pod) ? [releasePod(pod)] : []), ...deletePod(job, pod)]),
    active: active.length - pods.length,
    ready: ready - pods.filter(isReady).length,
    terminating: terminating + pods.length,
  };
}

export function deletePod(job: Job, pod: Pod): readonly Write[] {
  return [
    { verb: 'delete', target: targetOf('Pod', pod), uid: pod.metadata.uid },
    jobEvent(job, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
    }),
  ];
}

function createPod(job: Job, index: number | undefined): Extract<Write, { verb: 'create' }> {
  return {
    verb: 'create',
    object: draftPod(job, index),
    created: (pod) =>
      jobEvent(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod}` }),
    refused: (message) =>
      jobEvent(job, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}` }),
  };
}

export const jobEvent = (object: Job, said: Pick<EventDraft, 'type' | 'reason' | 'message'>): EventDraft => ({
  verb: 'event',
  about: { kind: 'Job', object },
  ...said,
});
