import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { at, MINUTE, SECOND } from '#lib/testing/time.ts';
import { nextPull } from './next-pull.ts';

const IMAGE = 'ghcr.io/acme/web:does-not-exist';

const failed = (input: Partial<KubeEvent> = {}) =>
  anEvent({
    reason: 'Failed',
    message: `Failed to pull image "${IMAGE}": ${IMAGE}: not found`,
    regarding: { uid: 'pod-1' },
    firstAt: at('10:00:00'),
    lastAt: at('10:00:00'),
    ...input,
    about: undefined,
  });

const pull = (input: Partial<Parameters<typeof nextPull>[0]> = {}) =>
  nextPull({
    podUid: 'pod-1',
    image: IMAGE,
    events: [],
    mayOversleep: false,
    now: at('10:02:00'),
    ...input,
  });

describe('nextPull', () => {
  it('counts the failures of the event series from its last sighting', () => {
    const events = [failed({ count: 4, lastAt: at('10:01:50') })];
    expect(pull({ events })).toEqual({
      kind: 'timed',
      what: 'pull',
      attempt: 5,
      delayMs: 80_000,
      earlyAt: at('10:03:10'),
      lateAt: at('10:03:25'),
      source: 'events',
    });
  });

  it('adds up a series that aggregation has split', () => {
    const events = [failed({ count: 2 }), failed({ count: 1, lastAt: at('10:01:30') })];
    expect(pull({ events })).toMatchObject({ attempt: 4, delayMs: 40_000, earlyAt: at('10:02:10') });
  });

  it('ignores other images, other pods and the bare error events', () => {
    const events = [
      failed({ message: 'Failed to pull image "other:1": not found' }),
      failed({ regarding: { ...failed().regarding, uid: 'pod-2' } }),
      failed({ message: 'Error: ErrImagePull' }),
    ];
    expect(pull({ events })).toEqual({ kind: 'untimed', text: 'within 5 min' });
  });

  it('assumes the longest delay for a series older than ten minutes', () => {
    const events = [failed({ count: 3, firstAt: at('09:40:00'), lastAt: at('10:01:00') })];
    expect(pull({ events })).toMatchObject({ delayMs: 300_000, earlyAt: at('10:06:00') });
  });

  it('assumes the longest delay for a series that was combined', () => {
    const events = [failed({ message: `(combined from similar events): ${failed().message}` })];
    expect(pull({ events })).toMatchObject({ delayMs: 300_000 });
  });

  it('gives up its countdown when a stale event made it too late', () => {
    const events = [failed({ count: 1 })];
    expect(pull({ events, now: at('10:00:40') })).toMatchObject({ kind: 'timed' });
    expect(pull({ events, now: at('10:00:46') })).toEqual({ kind: 'untimed', text: 'within 5 min' });
  });

  it('takes the time of the event when the status tells of the same failure one sync later', () => {
    const events = [failed({ count: 2, lastAt: at('10:01:00') })];
    const observed = { failedAt: [at('10:00:40'), at('10:01:14')] };
    expect(pull({ events, observed })).toMatchObject({
      attempt: 3,
      earlyAt: at('10:01:20'),
      lateAt: at('10:01:35'),
    });
    // Seen with our own eyes: no stale event.
    expect(pull({ events, observed, now: at('10:04:00') })).toMatchObject({ kind: 'timed' });
  });

  it('prefers the failure it saw over an older event, and the larger count of both', () => {
    const events = [failed({ count: 3, lastAt: at('10:01:00') })];
    const observed = { failedAt: [at('10:01:31')] };
    expect(pull({ events, observed })).toMatchObject({
      attempt: 4,
      // The pull may have failed a sync before the status said so.
      earlyAt: at('10:01:56'),
      lateAt: at('10:02:26'),
      source: 'events',
    });
  });

  it('needs no events when it watched all failures', () => {
    const observed = { failedAt: [at('10:00:00'), at('10:00:12'), at('10:00:35')] };
    expect(pull({ observed })).toMatchObject({
      attempt: 4,
      delayMs: 40_000,
      earlyAt: at('10:01:00'),
      lateAt: at('10:01:30'),
      source: 'estimated',
    });
  });

  it('keeps a countdown it saw itself: a pull may take minutes', () => {
    const observed = { failedAt: [at('10:00:00')] };
    expect(pull({ observed, now: at('10:05:00') })).toMatchObject({ kind: 'timed', earlyAt: at('10:00:10') });
  });

  it('allows for a kubelet that sleeps because of another container', () => {
    const events = [failed({ count: 1, lastAt: at('10:01:59') })];
    expect(pull({ events, mayOversleep: true })).toMatchObject({
      earlyAt: at('10:02:09'),
      lateAt: at('10:03:39'),
    });
  });

  it('never predicts before the last known failure or later than five minutes after it', () => {
    const series = fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 500 }),
        agoMs: fc.nat(8 * MINUTE),
        spanMs: fc.nat(60 * MINUTE),
      }),
    );
    fc.assert(
      fc.property(series, fc.array(fc.nat(10 * MINUTE)), (told, seen) => {
        const now = at('12:00:00');
        const events = told.map(({ count, agoMs, spanMs }) =>
          failed({ count, lastAt: now - agoMs, firstAt: now - agoMs - spanMs }),
        );
        const observed = { failedAt: seen.map((agoMs) => now - agoMs) };
        const next = pull({ events, observed, now });
        if (next.kind === 'untimed') return;
        const lastAt = Math.max(...events.map((event) => event.lastAt), ...observed.failedAt);
        // What was seen last may have happened 17 s before.
        expect(next.earlyAt).toBeGreaterThanOrEqual(lastAt - 7 * SECOND);
        expect(next.earlyAt).toBeLessThanOrEqual(lastAt + 5 * MINUTE);
        expect(next.lateAt).toBeGreaterThan(next.earlyAt);
      }),
    );
  });
});
