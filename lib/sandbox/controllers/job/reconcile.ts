import type { Condition, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import type { Job, JobStatus } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { claim } from '#lib/sandbox/controllers/claim.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';
import { finishedCondition, isTrue, jobCondition, withJobCondition, type Verdict } from './conditions.ts';
import { indexOf, indexText, parseIndexes } from './indexes.ts';
import { isTracked, releasePod } from './job-pod.ts';
import { deletePod, jobEvent, managed, type Managed } from './manage.ts';
import { policyMatch } from './pod-failure-policy.ts';
import {
  failureOf,
  hasValidIndex,
  isFailed,
  isIndexed,
  isSucceeded,
  isSuspended,
  tallied,
  untilDeadlineMs,
  untilExpiryMs,
  type Tally,
} from './tally.ts';

export type JobInput = {
  readonly job: Job;
  /** All of the namespace. */
  readonly pods: readonly Pod[];
  readonly now: number;
};

const BATCH = { apiVersion: 'batch/v1', kind: 'Job' } as const;

const REACHED: Verdict = {
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

/**
 * One pass of the Job controller and of the one that deletes finished Jobs after their TTL. Finished Pods are written
 * into the status before their finalizer goes and counted afterwards, so that none is counted twice or lost (KEP-2307);
 * the Job is declared finished when nothing of it is left to count or to end (KEP-3939).
 */
export function reconcileJob({ job, pods: all, now }: JobInput): Pass {
  const { owned: pods, writes: claims } = claim({ owner: job, ownerKind: BATCH, kind: 'Pod', objects: all });
  if (finishedCondition(job)) return afterEnd(job, pods, now);
  const tally = tallied(job, pods);
  const failure = failureOf(tally, now);
  const step = failure
    ? ended(tally)
    : job.metadata.deletionTimestamp
      ? { ...countsOf(tally), writes: [] }
      : managed(tally, now);
  const success =
    !failure && (isTrue(job.status?.conditions, 'SuccessCriteriaMet') || isComplete(tally, step))
      ? REACHED
      : undefined;
  const started = withStart(job, now);
  const suspension = failure || success ? { status: started, events: [] } : withSuspension(job, started, now);
  const tracked = trackedWrites(tally, { status: suspension.status, step, failure, success, now });
  return {
    writes: [...claims, ...step.writes, ...suspension.events, ...tracked],
    wakeAfterMs: soonest([step.wakeAfterMs, untilDeadlineMs(job, now)]),
    afterRefusal: () => statusWrite(job, { ...suspension.status, ...zeroCounts(tally) }),
  };
}

const countsOf = ({ active, ready, terminating }: Tally) => ({ active: active.length, ready, terminating });
const zeroCounts = (tally: Tally) => countsOf(tally);

function soonest(waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined && wait > 0);
  return known.length > 0 ? Math.min(...(known as number[])) : undefined;
}

/** A finished Job lets go of its Pods and itself goes when its TTL is over. */
function afterEnd(job: Job, pods: readonly Pod[], now: number): Pass {
  const release = pods.filter(isTracked).map(releasePod);
  const expiry = untilExpiryMs(job, now);
  if (expiry === undefined || job.metadata.deletionTimestamp) return { writes: release };
  if (expiry > 0) return { writes: release, wakeAfterMs: expiry };
  const { uid } = job.metadata;
  return {
    writes: [...release, { verb: 'delete', target: targetOf('Job', job), uid, propagation: 'Foreground' }],
  };
}

/** A Job that failed ends the Pods it still has; their finalizers go with the counting. */
function ended({ job, active, terminating }: Tally): Managed {
  return {
    writes: active.flatMap((pod) => deletePod(job, pod)),
    active: 0,
    ready: 0,
    terminating: terminating + active.length,
  };
}

function isComplete({ job, succeeded }: Tally, { active, wakeAfterMs }: Managed): boolean {
  if (active > 0 || wakeAfterMs !== undefined) return false;
  const { completions } = job.spec;
  return completions === undefined ? succeeded > 0 : succeeded >= completions;
}

function withStart(job: Job, now: number): JobStatus {
  const { status = {} } = job;
  return status.startTime || isSuspended(job) ? status : { ...status, startTime: seconds(now) };
}

function withSuspension(
  job: Job,
  status: JobStatus,
  now: number,
): { status: JobStatus; events: readonly Write[] } {
  if (job.metadata.deletionTimestamp) return { status, events: [] };
  const suspended = isSuspended(job);
  const verdict = suspended
    ? { reason: 'JobSuspended', message: 'Job suspended' }
    : { reason: 'JobResumed', message: 'Job resumed' };
  const before = status.conditions ?? [];
  const next: Condition = {
    ...jobCondition('Suspended', verdict, now),
    status: suspended ? 'True' : 'False',
  };
  const conditions = withJobCondition(before, next);
  if (conditions === before) return { status, events: [] };
  const event = jobEvent(job, {
    type: 'Normal',
    reason: suspended ? 'Suspended' : 'Resumed',
    message: verdict.message,
  });
  return {
    status: { ...status, conditions, ...(suspended ? {} : { startTime: seconds(now) }) },
    events: [event],
  };
}

type Outcome = {
  readonly status: JobStatus;
  readonly step: Managed;
  readonly failure: Verdict | undefined;
  readonly success: Verdict | undefined;
  readonly now: number;
};

/** First the names of the finished Pods, then their release, then the counts and the end of the Job. */
function trackedWrites(tally: Tally, { status, step, failure, success, now }: Outcome): readonly Write[] {
  const { job, pods } = tally;
  const isEnding = failure !== undefined || success !== undefined || job.metadata.deletionTimestamp;
  const releasable = pods
    .filter(isTracked)
    .filter((pod) => isEnding || isSucceeded(pod) || isFailed(job, pod))
    .filter((pod) => !step.writes.some((write) => write.verb === 'merge' && write.target.name === pod.metadata.name));
  const uncounted = uncountedAfter(tally, { releasable, failed: failure !== undefined });
  const conditions = withInterim(status.conditions ?? [], { failure, success }, now);
  const counts = { active: step.active, ready: step.ready, terminating: step.terminating };
  const listed: JobStatus = {
    ...status,
    ...counts,
    conditions,
    uncountedTerminatedPods: uncounted,
    ...(isIndexed(job) ? indexCounts(tally, releasable) : {}),
  };
  const counted = countedStatus(listed);
  const final = step.terminating > 0 ? counted : withEnd(counted, { failure, success }, now);
  const end = final === counted ? [] : [endEvent(tally, final)];
  const first = releasable.length > 0 || final !== counted ? statusWrite(job, listed) : [];
  const last = same(listed, final) && first.length > 0 ? [] : statusWrite({ ...job, status: first.length > 0 ? listed : job.status }, final);
  return [...first, ...releasable.map(releasePod), ...last, ...end];
}

function uncountedAfter(
  { job, pods }: Tally,
  { releasable, failed: jobFailed }: { releasable: readonly Pod[]; failed: boolean },
): NonNullable<JobStatus['uncountedTerminatedPods']> {
  const before = job.status?.uncountedTerminatedPods ?? {};
  const waiting = new Set(pods.filter(isTracked).map(({ metadata }) => metadata.uid));
  const still = (uids: readonly string[] = []) => uids.filter((uid) => waiting.has(uid));
  const known = new Set([...(before.succeeded ?? []), ...(before.failed ?? [])]);
  const fresh = releasable.filter((pod) => !known.has(pod.metadata.uid) && hasValidIndex(job, pod));
  const succeeded = isIndexed(job) ? [] : fresh.filter(isSucceeded);
  const failed = fresh.filter(
    (pod) =>
      !isSucceeded(pod) && (isFailed(job, pod) || jobFailed) && policyMatch(job.spec, pod).counts,
  );
  const uids = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.uid);
  return {
    succeeded: [...still(before.succeeded), ...uids(succeeded)],
    failed: [...still(before.failed), ...uids(failed)],
  };
}

/** Succeeded Pods of an Indexed Job are counted by their index at once. */
function indexCounts({ job }: Tally, releasable: readonly Pod[]): JobStatus {
  const completed = [
    ...parseIndexes(job.status?.completedIndexes, job.spec.completions ?? 0),
    ...releasable.filter((pod) => isSucceeded(pod) && hasValidIndex(job, pod)).map((pod) => indexOf(pod) ?? 0),
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

/** Go's omitempty: these are absent when 0 or empty; `ready` and `terminating` are pointers and stay. */
const OMITTED = ['active', 'succeeded', 'failed'] as const;

function statusWrite(job: Job, next: JobStatus): readonly Write[] {
  const normal = (status: JobStatus) => ({
    ...status,
    ...Object.fromEntries(OMITTED.map((field) => [field, status[field] ?? 0])),
    conditions: status.conditions ?? [],
    completedIndexes: status.completedIndexes ?? '',
    uncountedTerminatedPods: {
      succeeded: status.uncountedTerminatedPods?.succeeded ?? [],
      failed: status.uncountedTerminatedPods?.failed ?? [],
    },
  });
  if (same(normal(job.status ?? {}), normal(next))) return [];
  const { succeeded = [], failed = [] } = next.uncountedTerminatedPods ?? {};
  const status = {
    ...next,
    ...Object.fromEntries(OMITTED.map((field) => [field, next[field] ?? 0]).map(([field, value]) => [field, value === 0 ? null : value])),
    completedIndexes: next.completedIndexes || null,
    conditions: next.conditions && next.conditions.length > 0 ? next.conditions : null,
    uncountedTerminatedPods: {
      succeeded: succeeded.length > 0 ? succeeded : null,
      failed: failed.length > 0 ? failed : null,
    },
  };
  return [{ verb: 'merge', target: targetOf('Job', job), patch: { status }, subresource: 'status' }];
}
