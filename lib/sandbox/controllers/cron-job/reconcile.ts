import type { KubeObject } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { epochMs, seconds } from '#lib/sandbox/client/time.ts';
import type { CronJob, Job, JobReference } from '#lib/sandbox/client/workload-objects.ts';
import { isControlledBy, targetOf, type EventDraft, type Write } from '#lib/sandbox/client/write.ts';
import { finishedCondition } from '#lib/sandbox/controllers/job/conditions.ts';
import type { Pass } from '#lib/sandbox/controllers/pass.ts';
import { isTimeZone, nextCronTime, parseCron, type CronSchedule } from '#lib/sandbox/cron-schedule.ts';
import { draftJob, jobName } from './cron-job-job.ts';
import { missedStart } from './missed-start.ts';

export type CronJobInput = {
  readonly cronJob: CronJob;
  /** All of the namespace. */
  readonly jobs: readonly Job[];
  readonly now: number;
};

type Status = NonNullable<CronJob['status']>;
type Step = { readonly status: Status; readonly writes: readonly Write[] };

/** The controller looks a moment after the minute (cronjob/cronjob_controllerv2.go, nextScheduleDelta). */
const DELTA_MS = 100;

/** One pass of the CronJob controller: what became of its Jobs, the history limits, and the next start. */
export function reconcileCronJob({ cronJob, jobs, now }: CronJobInput): Pass {
  const owned = jobs.filter((job) => isControlledBy(job, cronJob));
  const seen = withSeen(cronJob, owned);
  const cleaned = withoutOldJobs(cronJob, owned, seen);
  const start = cronJob.metadata.deletionTimestamp
    ? { status: cleaned.status, writes: [], wakeAfterMs: undefined }
    : started({ cronJob, jobs: owned, now }, cleaned.status);
  return {
    writes: [...cleaned.writes, ...start.writes, ...statusWrite(cronJob, start.status)],
    wakeAfterMs: start.wakeAfterMs,
  };
}

/** Finished and vanished Jobs leave the active list; unknown ones are remarked on. */
function withSeen(cronJob: CronJob, jobs: readonly Job[]): Step {
  const writes: Write[] = [];
  let status: Status = cronJob.status ?? {};
  const drop = (uid: string) => {
    status = { ...status, active: (status.active ?? []).filter((reference) => reference.uid !== uid) };
  };
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    const isListed = (status.active ?? []).some((reference) => reference.uid === uid);
    const finished = finishedCondition(job);
    if (!finished) {
      if (!isListed) {
        const message = `Saw a job that the controller did not create or forgot: ${name}`;
        writes.push(said(cronJob, 'UnexpectedJob', message, 'Warning'));
      }
      continue;
    }
    if (isListed) {
      drop(uid);
      const message = `Saw completed job: ${name}, condition: ${finished.type}`;
      writes.push(said(cronJob, 'SawCompletedJob', message));
    }
    const { completionTime } = job.status ?? {};
    if (finished.type === 'Complete' && epochMs(completionTime) > epochMs(status.lastSuccessfulTime))
      status = { ...status, lastSuccessfulTime: completionTime };
  }
  const known = new Set(jobs.map(({ metadata }) => metadata.uid));
  for (const { uid, name } of status.active ?? []) {
    if (known.has(uid)) continue;
    drop(uid);
    writes.push(said(cronJob, 'MissingJob', `Active job went missing: ${name}`));
  }
  return { status, writes };
}

/** Beyond the history limits the Jobs that started first go. */
function withoutOldJobs(cronJob: CronJob, jobs: readonly Job[], { status, writes }: Step): Step {
  const { successfulJobsHistoryLimit: kept = 3, failedJobsHistoryLimit: keptFailed = 1 } = cronJob.spec;
  const old = (type: string, limit: number) => {
    const finished = jobs
      .filter((job) => finishedCondition(job)?.type === type && !job.metadata.deletionTimestamp)
      .toSorted(byStart);
    return finished.slice(0, Math.max(0, finished.length - limit));
  };
  const surplus = [...old('Complete', kept), ...old('Failed', keptFailed)];
  return { status, writes: [...writes, ...surplus.flatMap((job) => deleteJob(cronJob, job))] };
}

const byStart = (a: Job, b: Job): number =>
  epochMs(a.status?.startTime) - epochMs(b.status?.startTime) || (a.metadata.name < b.metadata.name ? -1 : 1);

function started(
  { cronJob, jobs, now }: CronJobInput,
  status: Status,
): Step & { readonly wakeAfterMs?: number } {
  const { spec } = cronJob;
  const none = { status, writes: [] };
  if (spec.timeZone && !isTimeZone(spec.timeZone)) {
    const message = `invalid timeZone: "${spec.timeZone}": unknown time zone ${spec.timeZone}`;
    return { status, writes: [said(cronJob, 'UnknownTimeZone', message, 'Warning')] };
  }
  if (spec.suspend) return none;
  const schedule = parsed(cronJob);
  if ('refusal' in schedule) return { status, writes: [schedule.refusal] };
  const next = { wakeAfterMs: untilNext(cronJob, schedule, now) };
  const { at, tooMany } = missedStart({ cronJob, schedule, now, withDeadline: true });
  const complaint = tooMany
    ? [
        said(
          cronJob,
          'TooManyMissedTimes',
          'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
          'Warning',
        ),
      ]
    : [];
  if (at === undefined) return { ...none, ...next };
  const { startingDeadlineSeconds } = spec;
  if (startingDeadlineSeconds !== undefined && at + startingDeadlineSeconds * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${rfc1123(at)}`;
    return { status, writes: [...complaint, said(cronJob, 'MissSchedule', message, 'Warning')], ...next };
  }
  const active = status.active ?? [];
  const name = jobName(cronJob, at);
  if (active.some((reference) => reference.name === name) || epochMs(status.lastScheduleTime) === at)
    return { status, writes: complaint, ...next };
  if (spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { status, writes: [...complaint, said(cronJob, 'JobAlreadyActive', message)], ...next };
  }
  const replaced =
    spec.concurrencyPolicy === 'Replace'
      ? jobs.filter(({ metadata }) => active.some(({ uid }) => uid === metadata.uid))
      : [];
  const left = active.filter(({ uid }) => !replaced.some(({ metadata }) => metadata.uid === uid));
  const running = jobs.find(({ metadata }) => metadata.name === name);
  const after = (job: KubeObject): Status => ({
    ...status,
    active: [...left, referenceTo(job)],
    lastScheduleTime: seconds(at),
  });
  // It was created but the status never said so.
  if (running) return { status: after(running), writes: complaint, ...next };
  const create: Write = {
    verb: 'create',
    object: draftJob(cronJob, at),
    created: () => said(cronJob, 'SuccessfulCreate', `Created job ${name}`),
    refused: (message) => said(cronJob, 'FailedCreate', `Error creating job: ${message}`, 'Warning'),
    followUp: (job) => statusWrite(cronJob, after(job)),
  };
  // The status is written when the Job exists: `followUp`.
  const deleted = replaced.flatMap((job) => deleteJob(cronJob, job));
  return { status: cronJob.status ?? {}, writes: [...complaint, ...deleted, create], ...next };
}

function parsed(cronJob: CronJob): CronSchedule | { readonly refusal: Write } {
  const { schedule } = cronJob.spec;
  try {
    return parseCron(schedule);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `unparseable schedule: "${schedule}" : ${why}`;
    return { refusal: said(cronJob, 'UnparseableSchedule', message, 'Warning') };
  }
}

function untilNext(cronJob: CronJob, schedule: CronSchedule, now: number): number | undefined {
  const { at, earliestAt, missed } = missedStart({ cronJob, schedule, now, withDeadline: false });
  const from = at ?? (missed ? now : earliestAt);
  const next = nextCronTime(schedule, from, cronJob.spec.timeZone);
  return next === undefined ? undefined : Math.max(DELTA_MS, next + DELTA_MS - now);
}

/** `Mon, 02 Jan 2006 15:04:05 UTC`. */
const rfc1123 = (at: number): string => new Date(at).toUTCString().replace('GMT', 'UTC');

function deleteJob(cronJob: CronJob, job: Job): readonly Write[] {
  return [
    { verb: 'delete', target: targetOf('Job', job), uid: job.metadata.uid, propagation: 'Background' },
    said(cronJob, 'SuccessfulDelete', `Deleted job ${job.metadata.name}`),
  ];
}

const referenceTo = ({ metadata }: KubeObject): JobReference => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: metadata.name,
  namespace: metadata.namespace,
  resourceVersion: metadata.resourceVersion,
  uid: metadata.uid,
});

function statusWrite(cronJob: CronJob, { active = [], ...rest }: Status): readonly Write[] {
  const { active: before = [], ...other } = cronJob.status ?? {};
  if (same(before, active) && same(other, rest)) return [];
  const patch = { status: { ...rest, active: active.length > 0 ? active : null } };
  return [{ verb: 'merge', target: targetOf('CronJob', cronJob), patch, subresource: 'status' }];
}

const said = (
  object: CronJob,
  reason: string,
  message: string,
  type: EventDraft['type'] = 'Normal',
): EventDraft => ({ verb: 'event', about: { kind: 'CronJob', object }, type, reason, message });
