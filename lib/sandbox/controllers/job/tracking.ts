import type { Condition, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import type { Job, JobStatus } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { jobCondition, withJobCondition, type Verdict } from './conditions.ts';
import { indexOf, indexText, parseIndexes } from './indexes.ts';
import { isTracked, releasePod } from './job-pod.ts';
import { jobEvent, type Managed } from './manage.ts';
import { policyMatch } from './pod-failure-policy.ts';
import { hasValidIndex, isFailed, isIndexed, isSucceeded, type Tally } from './tally.ts';

export type Outcome = {
  readonly status: JobStatus;
  readonly step: Managed;
  readonly failure: Verdict | undefined;
  readonly success: Verdict | undefined;
  readonly now: number;
};

/** First the names of the finished Pods, then their release, then the counts and the end of the Job. */
export function trackedWrites(tally: Tally, outcome: Outcome): readonly Write[] {
  const { status, step, failure, success, now } = outcome;
  const { job } = tally;
  const releasable = releasablePods(tally, outcome);
  const listed: JobStatus = {
    ...status,
    active: step.active,
    ready: step.ready,
    terminating: step.terminating,
    conditions: withInterim(status.conditions ?? [], { failure, success }, now),
    uncountedTerminatedPods: uncountedAfter(tally, { releasable, failed: failure !== undefined }),
    ...(isIndexed(job) ? indexCounts(tally, releasable) : {}),
  };
  const counted = countedStatus(listed);
  const final = step.terminating > 0 ? counted : withEnd(counted, { failure, success }, now);
  if (releasable.length === 0 && final === counted) return statusWrite(job, counted);
  return [
    ...statusWrite(job, listed),
    ...releasable.map(releasePod),
    ...statusWrite({ ...job, status: listed }, final),
    ...(final === counted ? [] : [endEvent(tally, final)]),
  ];
}

function releasablePods({ job, pods }: Tally, { step, failure, success }: Outcome): readonly Pod[] {
  const isEnding =
    failure !== undefined || success !== undefined || job.metadata.deletionTimestamp !== undefined;
  const released = new Set(step.writes.map((write) => (write.verb === 'merge' ? write.target.name : '')));
  return pods
    .filter((pod) => isTracked(pod) && !released.has(pod.metadata.name))
    .filter((pod) => isEnding || isSucceeded(pod) || isFailed(job, pod));
}

function uncountedAfter(
  { job }: Tally,
  { releasable, failed: jobFailed }: { releasable: readonly Pod[]; failed: boolean },
): NonNullable<JobStatus['uncountedTerminatedPods']> {
  const before = job.status?.uncountedTerminatedPods ?? {};
  const known = new Set([...(before.succeeded ?? []), ...(before.failed ?? [])]);
  const fresh = releasable.filter((pod) => !known.has(pod.metadata.uid) && hasValidIndex(job, pod));
  const succeeded = isIndexed(job) ? [] : fresh.filter(isSucceeded);
  const failed = fresh.filter(
    (pod) => !isSucceeded(pod) && (isFailed(job, pod) || jobFailed) && policyMatch(job.spec, pod).counts,
  );
  const uids = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.uid);
  return {
    succeeded: [...(before.succeeded ?? []), ...uids(succeeded)],
    failed: [...(before.failed ?? []), ...uids(failed)],
  };
}

/** Succeeded Pods of an Indexed Job are counted by their index at once. */
function indexCounts({ job }: Tally, releasable: readonly Pod[]): JobStatus {
  const completed = [
    ...parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0),
    ...releasable
      .filter((pod) => isSucceeded(pod) && hasValidIndex(job, pod))
      .map((pod) => indexOf(pod) ?? 0),
  ];
  return { succeeded: new Set(completed).size, completedIndexes: indexText(completed) };
}

/** Listed Pods become counts: by the time this is written their finalizers are gone. */
function countedStatus(status: JobStatus): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length,
    failed: (status.failed ?? 0) + failed.length,
    uncountedTerminatedPods: {},
  };
}

type Verdicts = { readonly failure: Verdict | undefined; readonly success: Verdict | undefined };

function withInterim(
  conditions: readonly Condition[],
  { failure, success }: Verdicts,
  now: number,
): readonly Condition[] {
  if (failure && !findCondition(conditions, 'FailureTarget'))
    return [...conditions, jobCondition('FailureTarget', failure, now)];
  if (success && !findCondition(conditions, 'SuccessCriteriaMet'))
    return [...conditions, jobCondition('SuccessCriteriaMet', success, now)];
  return conditions;
}

function withEnd(status: JobStatus, { failure, success }: Verdicts, now: number): JobStatus {
  const conditions = status.conditions ?? [];
  if (failure)
    return { ...status, conditions: withJobCondition(conditions, jobCondition('Failed', failure, now)) };
  if (!success) return status;
  const complete = jobCondition('Complete', success, now);
  return {
    ...status,
    conditions: withJobCondition(conditions, complete),
    completionTime: complete.lastTransitionTime,
  };
}

function endEvent({ job }: Tally, { conditions }: JobStatus): Write {
  const failed = findCondition(conditions, 'Failed');
  return failed
    ? jobEvent(job, { type: 'Warning', reason: failed.reason ?? '', message: failed.message ?? '' })
    : jobEvent(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
}

/** Go's omitempty: these are absent when 0; `ready` and `terminating` are pointers and stay. */
const OMITTED = ['active', 'succeeded', 'failed'] as const;

/** The write that turns a Job's status into `next`; none when it says so already. */
export function statusWrite(job: Job, next: JobStatus): readonly Write[] {
  const { succeeded = [], failed = [] } = next.uncountedTerminatedPods ?? {};
  if (same(comparable(job.status ?? {}), comparable(next))) return [];
  const cleared = OMITTED.filter((field) => !next[field]).map((field): [string, null] => [field, null]);
  const status = {
    ...next,
    ...Object.fromEntries(cleared),
    completedIndexes: next.completedIndexes || null,
    conditions: next.conditions && next.conditions.length > 0 ? next.conditions : null,
    uncountedTerminatedPods: {
      succeeded: succeeded.length > 0 ? succeeded : null,
      failed: failed.length > 0 ? failed : null,
    },
  };
  return [{ verb: 'merge', target: targetOf('Job', job), patch: { status }, subresource: 'status' }];
}

/** Absent and empty are the same. */
function comparable(status: JobStatus) {
  const { active = 0, succeeded = 0, failed = 0, conditions = [], completedIndexes = '', ...rest } = status;
  const uncounted = rest.uncountedTerminatedPods ?? {};
  return {
    ...rest,
    ...{ active, succeeded, failed, conditions, completedIndexes },
    uncountedTerminatedPods: { succeeded: uncounted.succeeded ?? [], failed: uncounted.failed ?? [] },
  };
}
