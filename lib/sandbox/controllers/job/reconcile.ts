import type { Condition, Pod } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import type { Job, JobStatus } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { claim } from '#lib/sandbox/controllers/claim.ts';
import { soonest, type Pass } from '#lib/sandbox/controllers/pass.ts';
import { finishedCondition, isTrue, jobCondition, withJobCondition, type Verdict } from './conditions.ts';
import { isTracked, releasePod } from './job-pod.ts';
import { deletePod, jobEvent, managed, type Managed } from './manage.ts';
import { failureOf, isSuspended, tallied, untilDeadlineMs, untilExpiryMs, type Tally } from './tally.ts';
import { statusWrite, trackedWrites } from './tracking.ts';

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
    afterRefusal: () => statusWrite(job, { ...suspension.status, ...countsOf(tally) }),
  };
}

const countsOf = ({ active, ready, terminating }: Tally) => ({ active: active.length, ready, terminating });

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
