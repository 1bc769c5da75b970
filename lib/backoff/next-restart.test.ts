import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { at, SECOND } from '#lib/testing/time.ts';
import { nextRestart } from './next-restart.ts';

const NEW = { kubeletVersion: 'v1.35.7' };
const OLD = { kubeletVersion: 'v1.32.10' };

/** A container that ran from `startedAt` to `finishedAt` and now waits, with the kubelet's own text. */
function waitingAfter(startedAt: number | undefined, finishedAt: number, delay: string, restartCount = 5) {
  return aCrashLoopingStatus({ delay, restartCount, lastTermination: terminated({ startedAt, finishedAt }) });
}

describe('nextRestart', () => {
  it('counts the named delay from the end of the last run', () => {
    const status = waitingAfter(at('10:00:00'), at('10:00:01'), '2m40s');
    expect(nextRestart(status, NEW)).toEqual({
      kind: 'timed',
      what: 'restart',
      attempt: 6,
      delayMs: 160_000,
      earlyAt: at('10:02:41'),
      lateAt: at('10:03:11'),
      source: 'message',
    });
  });

  it('expects kubelets up to 1.32 within 15 s', () => {
    const status = waitingAfter(at('10:00:00'), at('10:00:01'), '2m40s');
    expect(nextRestart(status, OLD)).toMatchObject({ earlyAt: at('10:02:41'), lateAt: at('10:02:56') });
  });

  it.each([undefined, 'weird', 'v2.0.0'])(
    'takes the wide window for kubelet version %s',
    (kubeletVersion) => {
      const status = waitingAfter(at('10:00:00'), at('10:00:01'), '10s');
      expect(nextRestart(status, { kubeletVersion })).toMatchObject({ lateAt: at('10:00:41') });
    },
  );

  it.each(['v1.32.10-eks-5678', '1.31.0', 'v1.32+'])('takes the narrow window for %s', (kubeletVersion) => {
    const status = waitingAfter(at('10:00:00'), at('10:00:01'), '10s');
    expect(nextRestart(status, { kubeletVersion })).toMatchObject({ lateAt: at('10:00:26') });
  });

  it('estimates from the restart count when the message names no delay', () => {
    const status = { ...aCrashLoopingStatus({ restartCount: 3 }), state: waiting('CrashLoopBackOff') };
    expect(nextRestart(status, NEW)).toMatchObject({ delayMs: 40_000, source: 'estimated', attempt: 4 });
  });

  it('believes the message over the restart count, which may be weeks old', () => {
    const status = waitingAfter(at('10:00:00'), at('10:00:01'), '10s', 40);
    expect(nextRestart(status, NEW)).toMatchObject({ delayMs: 10_000, attempt: 41, source: 'message' });
  });

  it('shows the effective delay of a cluster with a lowered maximum', () => {
    const status = waitingAfter(at('10:00:00'), at('10:00:01'), '1s', 9);
    expect(nextRestart(status, NEW)).toMatchObject({ delayMs: 1000, earlyAt: at('10:00:02') });
  });

  it.each(['RunContainerError', 'PostStartHookError'])(
    'counts from the end of the failed start while %s is shown, which may be most of the wait',
    (reason) => {
      const status = {
        ...waitingAfter(undefined, at('10:00:00'), '40s', 3),
        state: waiting(reason, 'exec: "nope": executable file not found in $PATH'),
      };
      expect(nextRestart(status, NEW)).toMatchObject({ delayMs: 40_000, earlyAt: at('10:00:40') });
    },
  );

  it('restarts at once after the first exit', () => {
    const status = aContainerStatus({
      restartCount: 0,
      state: terminated({ startedAt: at('10:00:00'), finishedAt: at('10:00:04') }),
    });
    expect(nextRestart(status, NEW)).toMatchObject({
      delayMs: 0,
      attempt: 1,
      earlyAt: at('10:00:04'),
      source: 'estimated',
    });
  });

  it('takes the end of the run that just ended, not of the one before', () => {
    const status = aContainerStatus({
      restartCount: 2,
      state: terminated({ startedAt: at('10:05:00'), finishedAt: at('10:05:30') }),
      lastTermination: terminated({ startedAt: at('10:04:00'), finishedAt: at('10:04:30') }),
    });
    expect(nextRestart(status, NEW)).toMatchObject({ earlyAt: at('10:05:50') });
  });

  describe('when the kubelet forgets the back-off while it waits', () => {
    it('comes early: 350 s run, message says 5m0s, the wait is 250 s', () => {
      const status = waitingAfter(at('10:00:00'), at('10:05:50'), '5m0s', 6);
      expect(nextRestart(status, NEW)).toMatchObject({
        earlyAt: at('10:10:00'),
        lateAt: at('10:11:20'),
        delayMs: 300_000,
      });
      expect(nextRestart(status, OLD)).toMatchObject({ earlyAt: at('10:10:00'), lateAt: at('10:10:15') });
    });

    it('is not later than the nap that may be running: a little before the full delay', () => {
      const status = waitingAfter(at('10:00:00'), at('10:05:10'), '5m0s', 6);
      expect(nextRestart(status, NEW)).toMatchObject({ earlyAt: at('10:10:00'), lateAt: at('10:10:40') });
    });

    it('keeps the full delay when the run was short enough', () => {
      const status = waitingAfter(at('10:00:00'), at('10:04:59'), '5m0s', 6);
      expect(nextRestart(status, NEW)).toMatchObject({ earlyAt: at('10:09:59'), lateAt: at('10:10:29') });
    });

    it('does not wait at all after a run of more than 600 s', () => {
      const status = waitingAfter(at('10:00:00'), at('10:20:00'), '5m0s', 6);
      expect(nextRestart(status, NEW)).toMatchObject({ earlyAt: at('10:20:00'), lateAt: at('10:20:15') });
    });
  });

  it('counts from the end when the process never ran (1970 start of StartError)', () => {
    const status = waitingAfter(undefined, at('10:00:01'), '5m0s');
    expect(nextRestart(status, NEW)).toMatchObject({ earlyAt: at('10:05:01'), lateAt: at('10:05:31') });
  });

  it.each([
    [
      'running',
      aContainerStatus({ restartCount: 3, state: running(at('10:00:00')), lastTermination: terminated() }),
    ],
    ['being created', aContainerStatus({ state: waiting('ContainerCreating') })],
    [
      'failing its config',
      aContainerStatus({ state: waiting('CreateContainerConfigError'), lastTermination: terminated() }),
    ],
    ['crash-looping without a known end', { ...aCrashLoopingStatus(), lastTermination: undefined }],
    ['ended at a time nobody knows', aCrashLoopingStatus({ lastTermination: terminated({ finishedAt: 0 }) })],
  ])('has no answer for a container that is %s', (_case, status) => {
    expect(nextRestart(status, NEW)).toBeUndefined();
  });

  it('never predicts before the end of the run, nor more than 300 s after it, nor a window that ends before it begins', () => {
    const statuses = fc.record({
      startedAt: fc.option(fc.integer({ min: at('00:00:00'), max: at('23:00:00') }), { nil: undefined }),
      ranMs: fc.integer({ min: -10 * SECOND, max: 4000 * SECOND }),
      delay: fc.constantFrom('10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '1s', '9h0m0s', 'nonsense'),
      restartCount: fc.nat(60),
      kubeletVersion: fc.constantFrom('v1.30.1', 'v1.32.10', 'v1.33.0', 'v1.36.2', undefined, ''),
    });
    fc.assert(
      fc.property(statuses, ({ startedAt, ranMs, delay, restartCount, kubeletVersion }) => {
        const finishedAt = (startedAt ?? at('12:00:00')) + ranMs;
        const next = nextRestart(waitingAfter(startedAt, finishedAt, delay, restartCount), {
          kubeletVersion,
        });
        expect(next).toBeDefined();
        if (!next) return;
        expect(next.earlyAt).toBeGreaterThanOrEqual(finishedAt);
        expect(next.earlyAt).toBeLessThanOrEqual(finishedAt + 300 * SECOND);
        expect(next.lateAt).toBeGreaterThanOrEqual(next.earlyAt);
        expect(next.lateAt - next.earlyAt).toBeLessThanOrEqual(90 * SECOND);
      }),
    );
  });
});
