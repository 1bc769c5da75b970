import { cronTimes, isTimeZone } from '#lib/backoff/cron-times.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { CronJob, Job, Workload, WorkloadRef } from '#lib/model/workload.ts';
import { byNewestJob, isFinishedJob, jobFailedAt, succeededSince } from './finished-job.ts';

/** What is wrong with a CronJob; one answer, the one that comes first on the way of the controller. */
export type CronJobVerdict =
  /** The controller says why it started nothing. */
  | { readonly kind: 'not-started'; readonly event: KubeEvent }
  | { readonly kind: 'unknown-time-zone'; readonly timeZone: string; readonly sinceAt: number }
  /** Its policy forbids a second Job, and the first does not end. */
  | { readonly kind: 'blocked'; readonly job: Job; readonly dueAt: number }
  /** It was due, nothing started, and nothing says why. */
  | { readonly kind: 'overdue'; readonly dueAt: number }
  /** No run has succeeded since these Jobs failed; the newest first, never empty. */
  | { readonly kind: 'failing'; readonly jobs: readonly [Job, ...Job[]]; readonly sinceAt: number }
  /** It used to run, was suspended, and has been due since. */
  | { readonly kind: 'suspended'; readonly dueAt: number };

export type CronJobContext = {
  /** Absent when CronJobs may not be read: then its events and its Jobs tell what they can. */
  readonly cronJob?: CronJob;
  readonly jobs: readonly Workload[];
  readonly events: readonly KubeEvent[];
  readonly now: number;
};

/**
 * Warnings of the controller about a start that did not happen. `UnsupportedSchedule` (a time zone in the schedule) is
 * no failure. The time zone is looked at before `suspend`, the others after it.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/cronjob/cronjob_controllerv2.go
 */
const NOT_STARTED: ReadonlySet<string> = new Set([
  'FailedNeedsStart',
  'TooManyMissedTimes',
  'MissSchedule',
  'InvalidSchedule',
  'UnparseableSchedule',
  'UnparseableCronJobSchedule',
  'UnknownTimeZone',
  'FailedCreate',
]);
/** What was said of a CronJob longer ago was about a start nobody waits for any more; events live for an hour by default. */
const SAID_FOR_MS = 2 * 3_600_000;
/** The controller starts a Job within seconds, unless the API server refuses it or the controller itself is away. */
const OVERDUE_AFTER_MS = 10 * 60_000;
const BLOCKED_AFTER_MS = 60_000;
/** Go's tz database may know a zone that ours does not: a zone is unknown only where nothing has started for so long. */
const UNKNOWN_ZONE_AFTER_MS = 24 * 3_600_000;

/** What is wrong with this CronJob at `now`; undefined for other kinds, and when nothing is. */
export function cronJobVerdict(owner: WorkloadRef, context: CronJobContext): CronJobVerdict | undefined {
  if (owner.kind !== 'CronJob') return undefined;
  const jobs = context.jobs.filter((workload): workload is Job => workload.kind === 'Job');
  const events = context.events.filter(
    ({ regarding }) => regarding.kind === 'CronJob' && regarding.name === owner.name,
  );
  const facts: Facts = { ...context, jobs, events };
  return (
    unknownTimeZone(facts) ??
    blocked(facts) ??
    notStarted(facts) ??
    failing(facts) ??
    overdue(facts) ??
    suspended(facts)
  );
}

type Facts = Omit<CronJobContext, 'jobs'> & { readonly jobs: readonly Job[] };

/** The newest warning, unless a Job was started since. */
function notStarted({ cronJob, jobs, events, now }: Facts): CronJobVerdict | undefined {
  const event = events
    .filter(
      ({ type, reason, lastAt }) =>
        type === 'Warning' &&
        NOT_STARTED.has(reason) &&
        now - lastAt <= SAID_FOR_MS &&
        (reason === 'UnknownTimeZone' || !cronJob?.suspended),
    )
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  if (!event) return undefined;
  const startedAt = Math.max(
    cronJob?.lastScheduleAt ?? -Infinity,
    ...jobs.map(({ meta }) => meta.createdAt),
    ...events.filter(({ reason }) => reason === 'SuccessfulCreate').map(({ lastAt }) => lastAt),
  );
  // The controller says "too many missed" and then starts the Job in the same second.
  return startedAt >= event.lastAt - 1_000 ? undefined : { kind: 'not-started', event };
}

/** Says so longer than the event lives; the controller does not look again until the object changes. */
function unknownTimeZone({ cronJob, now }: Facts): CronJobVerdict | undefined {
  const { timeZone, lastScheduleAt, meta } = cronJob ?? {};
  if (timeZone === undefined || !meta || isTimeZone(timeZone)) return undefined;
  const sinceAt = lastScheduleAt ?? meta.createdAt;
  if (lastScheduleAt !== undefined && now - lastScheduleAt < UNKNOWN_ZONE_AFTER_MS) return undefined;
  return { kind: 'unknown-time-zone', timeZone, sinceAt };
}

/** Two starts in a row fell out: one that is late is what the policy is for. */
function blocked({ cronJob, jobs, now }: Facts): CronJobVerdict | undefined {
  if (!cronJob || cronJob.suspended || cronJob.concurrencyPolicy !== 'Forbid') return undefined;
  const job = jobs
    .filter((candidate) => !isFinishedJob(candidate) && cronJob.active.includes(candidate.meta.name))
    .toSorted((a, b) => a.meta.createdAt - b.meta.createdAt)[0];
  const [dueAt, nextAt] = dueSinceLastStart(cronJob);
  if (!job || dueAt === undefined || nextAt === undefined) return undefined;
  return now >= nextAt + BLOCKED_AFTER_MS ? { kind: 'blocked', job, dueAt } : undefined;
}

function failing({ cronJob, jobs }: Facts): CronJobVerdict | undefined {
  const finished = jobs.filter(isFinishedJob).toSorted(byNewestJob);
  const lastGood = finished.findIndex(
    (job) => jobFailedAt(job) === undefined || succeededSince(job, cronJob),
  );
  const [newest, ...earlier] = finished.slice(0, lastGood < 0 ? undefined : lastGood);
  if (!newest) return undefined;
  const since = [newest, ...earlier].map((job) => jobFailedAt(job) ?? job.meta.createdAt);
  return { kind: 'failing', jobs: [newest, ...earlier], sinceAt: Math.min(...since) };
}

/** With a starting deadline a start may be left out for good, also right after a change of the schedule: its event tells. */
function overdue({ cronJob, now }: Facts): CronJobVerdict | undefined {
  if (!cronJob || cronJob.suspended || cronJob.startingDeadlineSeconds !== undefined) return undefined;
  if (cronJob.concurrencyPolicy === 'Forbid' && cronJob.active.length > 0) return undefined;
  if (!cronTimes(cronJob)?.isZoneCertain) return undefined;
  const [dueAt] = dueSinceLastStart(cronJob);
  return dueAt !== undefined && now >= dueAt + OVERDUE_AFTER_MS ? { kind: 'overdue', dueAt } : undefined;
}

/** One that never ran is a template for Jobs that are started by hand: suspended is what it has to be. */
function suspended({ cronJob, now }: Facts): CronJobVerdict | undefined {
  if (!cronJob?.suspended || cronJob.lastScheduleAt === undefined) return undefined;
  const [dueAt] = dueSinceLastStart(cronJob);
  return dueAt !== undefined && now >= dueAt ? { kind: 'suspended', dueAt } : undefined;
}

/** The first two times it was or will be due after its last start, or after it was made. */
function dueSinceLastStart(cronJob: CronJob): readonly (number | undefined)[] {
  const times = cronTimes(cronJob);
  const first = times?.after(cronJob.lastScheduleAt ?? cronJob.meta.createdAt);
  return [first, first === undefined ? undefined : times?.after(first)];
}

/** When time alone may change what is said of it (epoch ms, after `now`). */
export function cronJobLookAgainAt(cronJob: CronJob, now: number): number | undefined {
  const [first, second] = dueSinceLastStart(cronJob);
  const moments = cronJob.suspended
    ? [first ?? Infinity]
    : [(first ?? Infinity) + OVERDUE_AFTER_MS, (second ?? Infinity) + BLOCKED_AFTER_MS];
  const soonest = Math.min(...moments.filter((at) => at > now));
  return soonest === Infinity ? undefined : soonest;
}
