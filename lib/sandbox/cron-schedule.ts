/**
 * Cron schedules as Kubernetes reads them: robfig/cron's ParseStandard, five fields, names, `@daily` and `@every 1h30m`
 * (https://pkg.go.dev/github.com/robfig/cron/v3). Times are epoch ms.
 */
export type CronSchedule = { readonly everyMs: number } | Fields;

type Fields = {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Day of month and weekday are alternatives when both are restricted; a `*` or `*\/n` restricts nothing. */
  readonly eitherDay: boolean;
};

type Bounds = { readonly min: number; readonly max: number; readonly names?: readonly string[] };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { min: 0, max: 59 };
const HOUR: Bounds = { min: 0, max: 23 };
const DAY: Bounds = { min: 1, max: 31 };
const MONTH: Bounds = { min: 1, max: 12, names: MONTHS };
const WEEKDAY: Bounds = { min: 0, max: 6, names: WEEKDAYS };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** @throws RangeError in robfig/cron's words. */
export function parseCron(text: string): CronSchedule {
  if (text.trim() === '') throw new RangeError('empty spec string');
  if (text.startsWith('@every ')) return { everyMs: goDurationMs(text.slice('@every '.length)) };
  if (text.startsWith('@')) {
    const fields = DESCRIPTORS[text];
    if (!fields) throw new RangeError(`unrecognized descriptor: ${text}`);
    return parseCron(fields);
  }
  const parts = text.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  if (parts.length !== 5)
    throw new RangeError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  const [days, weekdays] = [parseField(day, DAY), parseField(weekday, WEEKDAY)];
  return {
    minutes: parseField(minute, MINUTE).values,
    hours: parseField(hour, HOUR).values,
    days: days.values,
    months: parseField(month, MONTH).values,
    weekdays: weekdays.values,
    eitherDay: !days.isStar && !weekdays.isStar,
  };
}

function parseField(text: string, bounds: Bounds): { values: ReadonlySet<number>; isStar: boolean } {
  const ranges = text.split(',').map((range) => parseRange(range, bounds));
  return {
    values: new Set(ranges.flatMap(({ values }) => values)),
    isStar: ranges.some(({ isStar }) => isStar),
  };
}

function parseRange(text: string, bounds: Bounds): { values: readonly number[]; isStar: boolean } {
  const [range = '', stepText, ...more] = text.split('/');
  if (more.length > 0) throw new RangeError(`too many slashes: ${text}`);
  const isStar = range === '*' || range === '?';
  const [low = '', high, ...rest] = range.split('-');
  if (rest.length > 0) throw new RangeError(`too many hyphens: ${text}`);
  const first = isStar ? bounds.min : parsePoint(low, bounds);
  // `5/15` means from 5 on.
  const last =
    isStar || (high === undefined && stepText !== undefined) ? bounds.max : parsePoint(high ?? low, bounds);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (first < bounds.min)
    throw new RangeError(`beginning of range (${first}) below minimum (${bounds.min}): ${text}`);
  if (last > bounds.max)
    throw new RangeError(`end of range (${last}) above maximum (${bounds.max}): ${text}`);
  if (first > last)
    throw new RangeError(`beginning of range (${first}) beyond end of range (${last}): ${text}`);
  if (step === 0) throw new RangeError(`step of range should be a positive number: ${text}`);
  const values = Array.from(
    { length: Math.floor((last - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  return { values, isStar };
}

function parsePoint(text: string, { min, names = [] }: Bounds): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + min : parseNumber(text);
}

function parseNumber(text: string): number {
  if (!/^\d+$/.test(text))
    throw new RangeError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

function goDurationMs(text: string): number {
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) throw new RangeError(`failed to parse duration @every ${text}`);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  const sum = parts.reduce(
    (total, [, amount, unit = '']) => total + Number(amount) * (UNIT_MS[unit] ?? 0),
    0,
  );
  return Math.max(1000, Math.floor(sum / 1000) * 1000);
}

const HOUR_MS = 3_600_000;
/** A schedule that never comes (31 February) is given up after five years. */
const HORIZON_MS = 5 * 366 * 24 * HOUR_MS;

/** The first time after `afterMs`, by the clocks of `timeZone`; undefined when it never comes. */
export function nextCronTime(schedule: CronSchedule, afterMs: number, timeZone = 'UTC'): number | undefined {
  if ('everyMs' in schedule) return Math.floor((afterMs + schedule.everyMs) / 1000) * 1000;
  const read = timeZone === 'UTC' || timeZone === 'Etc/UTC' ? utcClock : zoneClock(timeZone);
  let at = (Math.floor(afterMs / 60_000) + 1) * 60_000;
  while (at - afterMs < HORIZON_MS) {
    const { minute, hour, day, month, weekday } = read(at);
    const isDay = schedule.eitherDay
      ? schedule.days.has(day) || schedule.weekdays.has(weekday)
      : schedule.days.has(day) && schedule.weekdays.has(weekday);
    if (!isDay || !schedule.months.has(month) || !schedule.hours.has(hour)) at += (60 - minute) * 60_000;
    else if (!schedule.minutes.has(minute)) at += 60_000;
    else return at;
  }
  return undefined;
}

type Reading = {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
};

function utcClock(at: number): Reading {
  const date = new Date(at);
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  };
}

/** @throws RangeError for an unknown zone. */
function zoneClock(timeZone: string): (at: number) => Reading {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type as string, value]));
    const number = (type: string) => Number(parts.get(type));
    return {
      minute: number('minute'),
      hour: number('hour'),
      day: number('day'),
      month: number('month'),
      weekday: WEEKDAYS.indexOf(parts.get('weekday')?.toLowerCase() ?? ''),
    };
  };
}

/** Whether the zone is one the tz database knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    zoneClock(timeZone);
    return true;
  } catch {
    return false;
  }
}
