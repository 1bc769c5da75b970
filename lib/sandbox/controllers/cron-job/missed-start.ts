import { epochMs } from '#lib/sandbox/client/time.ts';
import type { CronJob } from '#lib/sandbox/client/workload-objects.ts';
import { nextCronTime, type CronSchedule } from '#lib/sandbox/cron-schedule.ts';

type Input = {
  readonly cronJob: CronJob;
  readonly schedule: CronSchedule;
  readonly now: number;
  /** Starts older than startingDeadlineSeconds are not looked for. */
  readonly withDeadline: boolean;
};

export type MissedStart = {
  /** The latest start that is due and has not been; undefined when none is. */
  readonly at?: number;
  /** From when on was looked. */
  readonly earliestAt: number;
  readonly missed: boolean;
  /** More than 100, which is a wedged controller or a wrong clock. */
  readonly tooMany: boolean;
};

/** cronjob/utils.go, mostRecentScheduleTime. */
export function missedStart({ cronJob, schedule, now, withDeadline }: Input): MissedStart {
  const { timeZone, startingDeadlineSeconds } = cronJob.spec;
  const sinceAt = epochMs(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  const deadlineAt =
    withDeadline && startingDeadlineSeconds !== undefined ? now - startingDeadlineSeconds * 1000 : -Infinity;
  const earliestAt = Math.max(sinceAt, deadlineAt);
  const next = (at: number) => nextCronTime(schedule, at, timeZone) ?? Infinity;
  const first = next(earliestAt);
  const second = next(first);
  if (now < first) return { earliestAt, missed: false, tooMany: false };
  if (now < second) return { at: first, earliestAt, missed: false, tooMany: false };
  const every = second - first;
  const count = Math.floor((now - first) / every) + 1;
  let at: number | undefined;
  for (let due = next(first + (count - 2) * every); due <= now; due = next(due)) at = due;
  return { at, earliestAt, missed: true, tooMany: count > 100 };
}
