import type { Pod } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import type { Job } from '#lib/sandbox/client/workload-objects.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { isActive, isReady, isTerminating, isWindingDown } from '#lib/sandbox/controllers/pod-facts.ts';
import { finishedCondition, isTrue, type Verdict } from './conditions.ts';
import { indexOf, parseIndexes } from './indexes.ts';
import { isTracked } from './job-pod.ts';
import { policyMatch } from './pod-failure-policy.ts';

/** A Job and its Pods as one pass counts them. */
export type Tally = {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Including those that still have to be counted into the status. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of an Indexed Job. */
  readonly succeededIndexes: readonly number[];
};

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec.suspend ?? false;

/** Terminating Pods are replaced only once they are gone; implied by a podFailurePolicy. */
export const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

export function isFailed(job: Job, pod: Pod): boolean {
  const phase = pod.status?.phase;
  if (phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && isTerminating(pod) && phase !== 'Succeeded';
}

export const isSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';

export function hasValidIndex(job: Job, pod: Pod): boolean {
  const index = indexOf(pod);
  return !isIndexed(job) || (index !== undefined && index < (job.spec.completions ?? 0));
}

/** Counts what is in the status and what is about to be (job_controller.go, syncJob). */
export function tallied(job: Job, pods: readonly Pod[]): Tally {
  const { status = {}, spec } = job;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const active = pods.filter(isActive);
  const fresh = (listed: readonly string[] = []) =>
    pods.filter((pod) => isTracked(pod) && !listed.includes(pod.metadata.uid) && hasValidIndex(job, pod));
  const newSucceeded = fresh(uncounted.succeeded).filter(isSucceeded);
  const newFailed = fresh(uncounted.failed).filter(
    (pod) => isFailed(job, pod) && policyMatch(spec, pod).counts,
  );
  const succeededIndexes = isIndexed(job)
    ? [
        ...parseIndexes(status.completedIndexes, spec.completions ?? 0),
        ...newSucceeded.map((pod) => indexOf(pod) ?? -1),
      ]
    : [];
  const counted = (status.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded ?? []).length;
  return {
    job,
    pods,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isWindingDown).length,
    succeeded: isIndexed(job) ? new Set(succeededIndexes).size : counted,
    failed: (status.failed ?? 0) + newFailed.length + (uncounted.failed ?? []).length,
    succeededIndexes: [...new Set(succeededIndexes)],
  };
}

/** Why the Job is to fail, in the order upstream asks; undefined while it may go on. */
export function failureOf({ job, pods, failed }: Tally, now: number): Verdict | undefined {
  const { spec, status = {} } = job;
  const decided = findCondition(status.conditions, 'FailureTarget');
  if (decided?.status === 'True') return { reason: decided.reason ?? '', message: decided.message ?? '' };
  if (isTrue(status.conditions, 'SuccessCriteriaMet')) return undefined;
  const policy = pods
    .filter((pod) => isFailed(job, pod))
    .map((pod) => policyMatch(spec, pod).failsJob)
    .find((message) => message !== undefined);
  if (policy !== undefined) return { reason: 'PodFailurePolicy', message: policy };
  const backoffLimit = spec.backoffLimit ?? 6;
  if (failed > backoffLimit || restartsExceed(job, pods, backoffLimit)) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const untilDeadline = untilDeadlineMs(job, now);
  return untilDeadline !== undefined && untilDeadline <= 0
    ? { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
    : undefined;
}

/** With restartPolicy OnFailure the containers' restarts are the tries. */
function restartsExceed({ spec }: Job, pods: readonly Pod[], backoffLimit: number): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** Ms left of activeDeadlineSeconds; undefined without one, before the start and while suspended. */
export function untilDeadlineMs(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  const { startTime } = job.status ?? {};
  if (activeDeadlineSeconds === undefined || !startTime || isSuspended(job)) return undefined;
  return epochMs(startTime) + activeDeadlineSeconds * 1000 - now;
}

/** Ms until a finished Job may be deleted; undefined for one that stays. */
export function untilExpiryMs(job: Job, now: number): number | undefined {
  const { ttlSecondsAfterFinished } = job.spec;
  const finished = finishedCondition(job);
  if (ttlSecondsAfterFinished === undefined || !finished) return undefined;
  return epochMs(finished.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - now;
}
