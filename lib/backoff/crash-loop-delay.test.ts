import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashLoopDelayMs, doubling, pullDelayMs } from './crash-loop-delay.ts';

describe('crashLoopDelayMs', () => {
  it.each([
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [4, 80_000],
    [5, 160_000],
    [6, 300_000],
    [7, 300_000],
    [4000, 300_000],
  ])('after the crash of the instance with %d restarts it is %d ms', (restartCount, expectedMs) =>
    expect(crashLoopDelayMs(restartCount)).toBe(expectedMs),
  );

  it('adds up to the restart moments of a container that dies at once', () => {
    const starts = [0, 1, 2, 3, 4, 5, 6, 7].map((last) =>
      Array.from({ length: last + 1 }, (_, n) => crashLoopDelayMs(n)).reduce((sum, delay) => sum + delay, 0),
    );
    expect(starts.map((ms) => ms / 1000)).toEqual([0, 10, 30, 70, 150, 310, 610, 910]);
  });

  it('never shrinks and never exceeds five minutes', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (restarts) => {
        expect(crashLoopDelayMs(restarts + 1)).toBeGreaterThanOrEqual(crashLoopDelayMs(restarts));
        expect(crashLoopDelayMs(restarts)).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});

describe('pullDelayMs', () => {
  it.each([
    [1, 10_000],
    [2, 20_000],
    [5, 160_000],
    [6, 300_000],
  ])('waits after failure %d for %d ms', (failures, expectedMs) =>
    expect(pullDelayMs(failures)).toBe(expectedMs),
  );

  it('takes a failure nobody counted for the first', () => expect(pullDelayMs(0)).toBe(10_000));
});

describe('doubling', () => {
  it('stays finite for absurd attempts', () => expect(doubling(5000, 600_000)).toBe(600_000));
});
