import { Cron } from 'croner';
import type { CronJob } from '#lib/model/workload.ts';

/** Due times of a schedule. */
export type CronTimes = {
  readonly timeZone: string;
  /** `timeZone` is written down, or the last start was due by it; else it is only what a control plane usually has. */
  readonly isZoneCertain: boolean;
  /** The first due time after `at` (both epoch ms); undefined when none ever comes. */
  readonly after: (at: number) => number | undefined;
};

const ITEM = String.raw`(\*|\?|(\d+|[A-Za-z]{3})(-(\d+|[A-Za-z]{3}))?)(\/\d+)?`;
const FIELD = `${ITEM}(,${ITEM})*`;
/** What robfig/cron's ParseStandard and croner understand alike; further letters and signs (L, W, #) only croner does. */
const FIELDS = new RegExp(`^${FIELD}( ${FIELD}){4}$`);
const DESCRIPTOR = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
/** Not supported any more, and still read where an old object has it. */
const ZONE_IN_SCHEDULE = /^(?:CRON_)?TZ=(\S+)\s+/;

/**
 * When a CronJob is due, as its controller reads it; undefined where that cannot be told: an unknown time zone, `@every`
 * (counted from the last start), a schedule the two libraries read differently, or none at all. Without a time zone
 * the controller takes that of its process, which is UTC unless somebody changed it; a last start that was not due in UTC
 * tells that somebody did.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/cronjob/utils.go, https://pkg.go.dev/github.com/robfig/cron/v3
 */
export function cronTimes({
  schedule,
  timeZone: named,
  lastScheduleAt,
}: Pick<CronJob, 'schedule' | 'timeZone' | 'lastScheduleAt'>): CronTimes | undefined {
  const inSchedule = ZONE_IN_SCHEDULE.exec(schedule);
  const written = inSchedule?.[1] ?? named;
  const timeZone = written ?? 'UTC';
  const text = schedule.slice(inSchedule?.[0].length ?? 0).trim();
  const cron = parsed(text.replaceAll(/\s+/g, ' '), timeZone);
  if (!cron) return undefined;
  const wasDue = lastScheduleAt !== undefined && cron.match(new Date(lastScheduleAt));
  if (written === undefined && lastScheduleAt !== undefined && !wasDue) return undefined;
  return {
    timeZone,
    isZoneCertain: written !== undefined || wasDue,
    after: (at) => dueAfter(cron, at),
  };
}

/** Whether a time zone of this name is in the tz database. */
export function isTimeZone(name: string): boolean {
  return parsed('0 0 * * *', name) !== undefined;
}

function parsed(text: string, timezone: string): Cron | undefined {
  if (!DESCRIPTOR.test(text) && !(FIELDS.test(text) && saysOneDay(text))) return undefined;
  try {
    // `5/15` means from 5 on.
    const cron = new Cron(text.replaceAll('?', '*'), { timezone, mode: '5-part', sloppyRanges: true });
    // croner looks at the zone with the first question only.
    cron.match(new Date(0));
    return cron;
  } catch {
    return undefined;
  }
}

/** Whether a stepped star counts as a restriction beside the other kind of day depends on the library's version. */
function saysOneDay(text: string): boolean {
  const [, , day = '', , weekday = ''] = text.split(' ');
  const isOpen = (field: string) => field === '*' || field === '?';
  return isOpen(day) || isOpen(weekday) || !/[*?]/.test(`${day} ${weekday}`);
}

/** In the hour that a change to summer time skips croner takes the next moment there is, the controller none. */
const SKIPPED_AT_MOST = 3;

function dueAfter(cron: Cron, at: number): number | undefined {
  let due = cron.nextRun(new Date(at));
  for (let skipped = 0; due && skipped < SKIPPED_AT_MOST; skipped++) {
    if (cron.match(due)) return due.getTime();
    due = cron.nextRun(due);
  }
  return undefined;
}
