import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullBackOff, restartDecision, type BackOff } from './back-off.ts';

/** Restarts of a container that runs `runMs` each time, as ms after its first exit; wake-ups are never late. */
function restarts(runMs: number, count: number): { at: number; waitedMs: number }[] {
  let entry: BackOff | undefined;
  let finishedAt = 0;
  return Array.from({ length: count }, () => {
    let now = finishedAt;
    let decision = restartDecision(entry, finishedAt, now);
    if (!decision.start) {
      now = decision.retryAt;
      decision = restartDecision(entry, finishedAt, now);
    }
    if (!decision.start) throw new Error('still waiting at its own retry time');
    entry = decision.entry;
    const waitedMs = now - finishedAt;
    finishedAt = now + runMs;
    return { at: now, waitedMs };
  });
}

describe('restart back-off', () => {
  it('restarts an instant crasher at 0, 10, 30, 70, 150, 310, 610, 910 seconds', () => {
    expect(restarts(0, 8).map(({ at }) => at / 1000)).toEqual([0, 10, 30, 70, 150, 310, 610, 910]);
  });

  it('counts the delay from the exit, so run time adds up', () => {
    expect(restarts(5000, 4).map(({ at }) => at / 1000)).toEqual([0, 15, 40, 85]);
  });

  it('starts over early when run and wait exceed ten minutes: 350 s runs wait 250 s once, then 10 s', () => {
    const waited = restarts(350_000, 8).map(({ waitedMs }) => Math.round(waitedMs / 1000));
    expect(waited).toEqual([0, 10, 20, 40, 80, 160, 250, 10]);
  });

  it('hardly makes a container wait that ran ten minutes', () => {
    expect(Math.max(...restarts(601_000, 6).map(({ waitedMs }) => waitedMs))).toBe(0);
  });

  it('says the delay in force while waiting, even when the wait will be shorter', () => {
    const decision = restartDecision({ delayMs: 300_000, decidedAt: 0 }, 350_000, 360_000);
    expect(decision).toEqual({ start: false, delayMs: 300_000, retryAt: 600_001 });
  });

  it('never waits longer than five minutes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (runMs) =>
        restarts(runMs, 12).every(({ waitedMs }) => waitedMs >= 0 && waitedMs <= 300_000),
      ),
    );
  });
});

describe('pull back-off', () => {
  it('doubles from 10 s to 5 min, each from the end of the failed pull', () => {
    let entry: BackOff | undefined;
    let now = 0;
    const delays = Array.from({ length: 8 }, () => {
      entry = pullBackOff(entry, now);
      now += entry.delayMs;
      return entry.delayMs / 1000;
    });
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('starts over when the last failure is more than ten minutes old', () => {
    expect(pullBackOff({ delayMs: 300_000, decidedAt: 0 }, 600_001).delayMs).toBe(10_000);
  });
});
