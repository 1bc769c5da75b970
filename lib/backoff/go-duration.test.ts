import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatGoDuration, goDurationMs } from './go-duration.ts';

describe('goDurationMs', () => {
  it.each([
    ['10s', 10_000],
    ['20s', 20_000],
    ['1m20s', 80_000],
    ['2m40s', 160_000],
    ['5m0s', 300_000],
    ['1h0m0s', 3_600_000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['250µs', 0.25],
    ['250us', 0.25],
    ['0s', 0],
    ['0', 0],
  ])('reads %s', (text, expectedMs) => expect(goDurationMs(text)).toBe(expectedMs));

  it.each(['', 's', '5', '5 s', '5m 0s', '-5s', '5d', 'five', '2m40', 'x2m40s', '1m20sx'])(
    'refuses %j',
    (text) => expect(goDurationMs(text)).toBeUndefined(),
  );

  it('never throws and never answers NaN or less than zero', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const durationMs = goDurationMs(text);
        expect(durationMs === undefined || durationMs >= 0).toBe(true);
      }),
    );
  });
});

describe('formatGoDuration', () => {
  it.each([
    [10_000, '10s'],
    [80_000, '1m20s'],
    [160_000, '2m40s'],
    [300_000, '5m0s'],
    [3_600_000, '1h0m0s'],
    [0, '0s'],
    [250, '250ms'],
  ])('writes %d ms as %s', (durationMs, expected) => expect(formatGoDuration(durationMs)).toBe(expected));

  it('is read back to the same whole second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000 }), (seconds) => {
        expect(goDurationMs(formatGoDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });
});
