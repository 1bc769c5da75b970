import { cronJobNextRun } from '#lib/backoff/cron-job-next-run.ts';
import { AT_ITS_SCHEDULE, NEVER, whenJobEnds, WITHIN_SEVENTEEN_MINUTES } from '#lib/backoff/untimed.ts';
import type { NextAttempt } from '#lib/model/backoff.ts';
import type { CronJob } from '#lib/model/workload.ts';
import type { CronJobVerdict } from './cron-job-verdict.ts';

/** When a CronJob tries again: at its next run, unless what is wrong keeps that from starting too. */
export function cronJobNextAttempt(
  verdict: CronJobVerdict | undefined,
  cronJob: CronJob | undefined,
  now: number,
): NextAttempt {
  switch (verdict?.kind) {
    case 'unknown-time-zone':
      return NEVER;
    case 'blocked':
      return whenJobEnds(verdict.job.meta.name);
    // Whatever keeps the controller from starting it does so at the next due time as well, until it ends.
    case 'overdue':
      return AT_ITS_SCHEDULE;
    case 'not-started':
      return AFTER[verdict.event.reason] ?? cronJobNextRun(cronJob, now);
    default:
      return cronJobNextRun(cronJob, now);
  }
}

/** What the controller does after a warning, where it is not to wait for the next run. A refused creation is put back in its queue. */
const AFTER: Readonly<Record<string, NextAttempt | undefined>> = {
  FailedCreate: WITHIN_SEVENTEEN_MINUTES,
  FailedNeedsStart: NEVER,
  InvalidSchedule: NEVER,
  UnparseableSchedule: NEVER,
  UnparseableCronJobSchedule: NEVER,
  UnknownTimeZone: NEVER,
};
