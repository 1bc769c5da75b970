import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#lib/testing/time.ts';
import { humanDuration } from './human-duration.ts';

const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

describe('humanDuration', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [SECOND, '1s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [2 * MINUTE + 5 * SECOND, '2m5s'],
    [9 * MINUTE + 59 * SECOND, '9m59s'],
    [10 * MINUTE + 30 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [3 * HOUR + 20 * MINUTE, '3h20m'],
    [7 * HOUR + 59 * MINUTE, '7h59m'],
    [8 * HOUR + 30 * MINUTE, '8h'],
    [47 * HOUR, '47h'],
    [48 * HOUR, '2d'],
    [50 * HOUR, '2d2h'],
    [7 * DAY + 23 * HOUR, '7d23h'],
    [8 * DAY + 5 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [2 * YEAR, '2y'],
    [2 * YEAR + 3 * DAY, '2y3d'],
    [8 * YEAR + 40 * DAY, '8y'],
  ])('prints %d ms as %s', (durationMs, expected) => expect(humanDuration(durationMs)).toBe(expected));

  it('allows a clock that is a second off', () => {
    expect(humanDuration(-SECOND)).toBe('0s');
    expect(humanDuration(-2 * SECOND)).toBe('<invalid>');
  });

  it('is never empty and never fractional', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * YEAR }), (durationMs) => {
        expect(humanDuration(durationMs)).toMatch(/^(\d+[smhdy]){1,2}$/);
      }),
    );
  });
});
