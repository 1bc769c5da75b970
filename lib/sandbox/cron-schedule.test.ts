import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimeZone, nextCronTime, parseCron } from './cron-schedule.ts';

const next = (schedule: string, after: string, zone?: string): string | undefined => {
  const at = nextCronTime(parseCron(schedule), Date.parse(after), zone);
  return at === undefined ? undefined : new Date(at).toISOString().replace(':00.000Z', 'Z');
};

describe('a cron schedule', () => {
  it.each([
    ['every five minutes', '*/5 * * * *', '2026-01-05T12:03:20Z', '2026-01-05T12:05Z'],
    ['strictly after the time asked about', '*/5 * * * *', '2026-01-05T12:05:00Z', '2026-01-05T12:10Z'],
    ['lists and ranges with a step', '10-30/10,45 8 * * *', '2026-01-05T08:31:00Z', '2026-01-05T08:45Z'],
    ['a start with a step', '5/20 * * * *', '2026-01-05T08:06:00Z', '2026-01-05T08:25Z'],
    ['the next month', '0 0 1 * *', '2026-01-05T00:00:00Z', '2026-02-01T00:00Z'],
    ['names of weekdays', '30 2 * * MON-FRI', '2026-01-02T03:00:00Z', '2026-01-05T02:30Z'],
    ['names of months', '0 0 1 mar *', '2026-01-02T03:00:00Z', '2026-03-01T00:00Z'],
    ['either day when both are restricted', '0 0 13 * 5', '2026-01-05T00:00:00Z', '2026-01-09T00:00Z'],
    ['leap days', '0 0 29 2 *', '2026-01-05T00:00:00Z', '2028-02-29T00:00Z'],
    ['@daily', '@daily', '2026-01-05T12:00:00Z', '2026-01-06T00:00Z'],
    ['@every', '@every 1h30m', '2026-01-05T12:00:00Z', '2026-01-05T13:30Z'],
  ])('knows %s', (_what, schedule, after, expected) => expect(next(schedule, after)).toBe(expected));

  it('is read by the clocks of its zone, which skip an hour in spring', () => {
    expect(next('0 9 * * *', '2026-01-05T12:00:00Z', 'Europe/Berlin')).toBe('2026-01-06T08:00Z');
    expect(next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-30T00:30Z');
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Mars/Olympus')]).toEqual([true, false]);
  });

  it('may never come', () => expect(next('0 0 31 2 *', '2026-01-05T00:00:00Z')).toBeUndefined());

  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@noon', 'unrecognized descriptor: @noon'],
  ])('refuses %s', (schedule, message) => expect(() => parseCron(schedule)).toThrow(message));

  it('always names a later whole minute that its fields allow', () => {
    const field = (min: number, max: number) =>
      fc.oneof(fc.constant('*'), fc.integer({ min, max }).map(String));
    const schedules = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12));
    fc.assert(
      fc.property(schedules, fc.integer({ min: 0, max: 4e12 }), ([minute, hour, day, month], after) => {
        const at = nextCronTime(parseCron(`${minute} ${hour} ${day} ${month} *`), after) ?? 0;
        const date = new Date(at);
        const shown = [date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth() + 1];
        expect(at).toBeGreaterThan(after);
        expect(at % 60_000).toBe(0);
        for (const [index, text] of [minute, hour, day, month].entries())
          if (text !== '*') expect(shown[index]).toBe(Number(text));
      }),
      { numRuns: 60 },
    );
  });
});
