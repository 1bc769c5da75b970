import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NextAttempt } from '#lib/model/backoff.ts';
import { at } from '#lib/testing/time.ts';
import { soonestAttempt } from './soonest-attempt.ts';
import { EVERY_SYNC, NEVER, ON_NODE_CHANGE } from './untimed.ts';

const NOW = at('10:00:00');
const timed = (earlyAt: number, lateAt = earlyAt + 30_000): NextAttempt => ({
  kind: 'timed',
  what: 'restart',
  attempt: 2,
  delayMs: 10_000,
  earlyAt,
  lateAt,
  source: 'message',
});

describe('soonestAttempt', () => {
  it('is nothing when nothing is waited for', () => {
    expect(soonestAttempt([], NOW)).toBeUndefined();
    expect(soonestAttempt([undefined], NOW)).toBeUndefined();
  });

  it('is the attempt that comes first', () => {
    const soon = timed(at('10:00:10'));
    expect(soonestAttempt([timed(at('10:04:00')), undefined, soon], NOW)).toBe(soon);
  });

  it('is one that is still ahead before one whose window has passed', () => {
    const ahead = timed(at('10:04:00'));
    expect(soonestAttempt([timed(at('09:50:00')), ahead], NOW)).toBe(ahead);
  });

  it('is a clock before a reason, and any reason before never', () => {
    const overdue = timed(at('09:50:00'));
    expect(soonestAttempt([NEVER, EVERY_SYNC, overdue], NOW)).toBe(overdue);
    expect(soonestAttempt([NEVER, ON_NODE_CHANGE], NOW)).toBe(ON_NODE_CHANGE);
    expect(soonestAttempt([NEVER], NOW)).toBe(NEVER);
  });

  it('does not depend on the order of the pods', () => {
    const attempts = fc.array(
      fc.oneof(
        fc.constantFrom(NEVER, EVERY_SYNC, ON_NODE_CHANGE),
        fc.nat(600_000).map((ms) => timed(NOW - 300_000 + ms)),
      ),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(attempts, (list) => {
        expect(soonestAttempt(list.toReversed(), NOW)).toEqual(soonestAttempt(list, NOW));
      }),
    );
  });
});
