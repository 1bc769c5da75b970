import type { NextAttempt } from '#lib/model/backoff.ts';
import type { CronJob } from '#lib/model/workload.ts';
import { cronTimes } from './cron-times.ts';
import { AT_ITS_SCHEDULE, NEVER } from './untimed.ts';

/** The controller looks 100 ms after the minute, and is done with many CronJobs in seconds. */
const STARTED_WITHIN_MS = 10_000;

/**
 * When a CronJob starts its next Job. A Job that failed is never tried again; what comes next is the next run.
 * Of a CronJob that cannot be read, or whose schedule cannot, only that is known.
 */
export function cronJobNextRun(cronJob: CronJob | undefined, now: number): NextAttempt {
  if (!cronJob) return AT_ITS_SCHEDULE;
  if (cronJob.suspended) return NEVER;
  const times = cronTimes(cronJob);
  if (!times) return AT_ITS_SCHEDULE;
  const earlyAt = times.after(now);
  if (earlyAt === undefined) return NEVER;
  return {
    kind: 'scheduled',
    earlyAt,
    lateAt: earlyAt + STARTED_WITHIN_MS,
    schedule: cronJob.schedule,
    timeZone: times.timeZone,
    ...(times.isZoneCertain ? {} : { isZoneAssumed: true }),
  };
}
