import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronTimes, isTimeZone } from './cron-times.ts';

const at = (iso: string) => Date.parse(iso);
const next = (schedule: string, afterIso: string, timeZone?: string) => {
  const due = cronTimes({ schedule, timeZone })?.after(at(afterIso));
  return due === undefined ? undefined : new Date(due).toISOString().slice(0, 16);
};

describe('cronTimes', () => {
  it.each([
    ['*/5 * * * *', '2026-01-15T10:05:00Z', '2026-01-15T10:10'],
    ['5/15 * * * *', '2026-01-15T10:06:00Z', '2026-01-15T10:20'],
    ['0 3 * * MON-FRI', '2026-01-16T03:00:00Z', '2026-01-19T03:00'],
    ['0 0 ? * ?', '2026-01-15T10:00:00Z', '2026-01-16T00:00'],
    ['@hourly', '2026-01-15T10:06:00Z', '2026-01-15T11:00'],
    ['@midnight', '2026-01-15T10:06:00Z', '2026-01-16T00:00'],
    ['0  0 13 *  5', '2026-01-01T00:00:00Z', '2026-01-02T00:00'],
  ])('%s after %s is %s', (schedule, after, expected) => expect(next(schedule, after)).toBe(expected));

  it('reads the clocks of its time zone, wherever that is written', () => {
    expect(next('0 3 * * *', '2026-01-15T10:00:00Z', 'Europe/Berlin')).toBe('2026-01-16T02:00');
    expect(next('CRON_TZ=Europe/Berlin 0 3 * * *', '2026-07-15T10:00:00Z')).toBe('2026-07-16T01:00');
  });

  it('leaves out the hour that a change to summer time skips', () => {
    expect(next('30 2 * * *', '2026-03-28T10:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30');
  });

  it.each(['31 4', '@every 1h', 'nonsense', '', '0 0 L * *', '0 0 */2 * 1', '0 0 1W * *', '0 0 0 * * *'])(
    'says nothing of %j',
    (schedule) => expect(cronTimes({ schedule })).toBeUndefined(),
  );

  it('knows that a day never comes', () => {
    expect(cronTimes({ schedule: '0 0 31 2 *' })?.after(at('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  it('is certain of the zone only where it is written or the last start was due by it', () => {
    const daily = { schedule: '0 3 * * *' };
    expect(cronTimes(daily)).toMatchObject({ timeZone: 'UTC', isZoneCertain: false });
    expect(cronTimes({ ...daily, timeZone: 'Asia/Tokyo' })?.isZoneCertain).toBe(true);
    expect(cronTimes({ ...daily, lastScheduleAt: at('2026-01-15T03:00:00Z') })?.isZoneCertain).toBe(true);
    expect(cronTimes({ ...daily, lastScheduleAt: at('2026-01-15T02:00:00Z') })).toBeUndefined();
  });

  it('knows the names of time zones', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });

  it('never throws, and what comes next comes later', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[\d*\/,-]{1,4}( [\d*\/,-]{1,4}){4}$/)),
        fc.integer({ min: 0, max: 4e12 }),
        (schedule, after) => {
          const due = cronTimes({ schedule })?.after(after);
          expect(due === undefined || (due > after && due % 60_000 === 0)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
