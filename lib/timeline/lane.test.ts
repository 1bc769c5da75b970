import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimelineBar } from '#lib/model/timeline.ts';
import { arbitraryPods } from '#lib/testing/arbitrary-pod.ts';
import { at, HOUR, MINUTE } from '#lib/testing/time.ts';
import { lane, type LaneData } from './lane.ts';
import { type ContainerHistory, type PodHistory, recordGone } from './pod-history.ts';
import { recordRuns } from './record-runs.ts';
import { byWorst, strip } from './strip.ts';

const NOW = at('10:10:00');
const WINDOW = { fromAt: at('09:10:00'), toAt: NOW };

const aHistory = (container: Partial<ContainerHistory>, pod: Partial<PodHistory> = {}): PodHistory => ({
  uid: 'p',
  name: 'web-a',
  namespace: 'shop',
  createdAt: at('10:00:00'),
  recordedFromAt: at('10:00:00'),
  changedAt: at('10:00:00'),
  containers: [
    {
      name: 'web',
      role: 'app',
      mayEnd: false,
      restarts: 0,
      runs: [],
      pullFailedAt: [],
      readyChanges: [],
      ...container,
    },
  ],
  ...pod,
});

const draw = (pod: PodHistory, window = WINDOW): LaneData =>
  lane({ pod, container: pod.containers[0] as ContainerHistory, window, now: NOW });

/** "run 10:00:10-10:01:00" */
const clock = (time: number) => new Date(time).toISOString().slice(11, 19);
const text = ({ kind, fromAt, toAt, delayMs }: TimelineBar) =>
  `${kind} ${clock(fromAt)}-${clock(toAt)}${delayMs === undefined ? '' : ` (${delayMs / 1000}s)`}`;
const bars = (pod: PodHistory, window = WINDOW) => draw(pod, window).bars.map(text);

describe('lane', () => {
  it('draws the rhythm of a crash loop: wait, run, crash, back-off', () => {
    const pod = aHistory({
      restarts: 2,
      waiting: 'CrashLoopBackOff back-off 20s ...',
      runs: [
        { containerId: '1', startedAt: at('10:00:05'), finishedAt: at('10:00:20'), exitCode: 1, attempt: 0 },
        {
          containerId: '2',
          startedAt: at('10:00:21'),
          finishedAt: at('10:00:40'),
          exitCode: 1,
          attempt: 1,
          backoffMs: 10_000,
        },
        {
          containerId: '3',
          startedAt: at('10:00:52'),
          finishedAt: at('10:09:50'),
          exitCode: 137,
          attempt: 2,
          backoffMs: 20_000,
        },
      ],
      readyChanges: [
        { at: at('10:00:55'), ready: true },
        { at: at('10:09:50'), ready: false },
      ],
    });
    expect(bars(pod)).toEqual([
      'waiting 10:00:00-10:00:05',
      'run-not-ready 10:00:05-10:00:20',
      'waiting 10:00:20-10:00:21',
      'run-not-ready 10:00:21-10:00:40',
      'backoff 10:00:40-10:00:52 (10s)',
      'run-not-ready 10:00:52-10:00:55',
      'run 10:00:55-10:09:50',
      'backoff 10:09:50-10:10:00 (20s)',
    ]);
    expect(draw(pod).marks).toEqual([
      { kind: 'crash', at: at('10:00:20'), label: '1' },
      { kind: 'crash', at: at('10:00:40'), label: '1' },
      { kind: 'crash', at: at('10:09:50'), label: '137' },
    ]);
    expect(draw(pod)).not.toHaveProperty('resetAt');
  });

  it('draws a failing pull as waits divided by back-offs, never as a crash', () => {
    const pod = aHistory({
      waiting: 'ImagePullBackOff ',
      pullFailedAt: [at('10:00:02'), at('10:00:14'), at('10:00:40')],
    });
    expect(bars(pod)).toEqual([
      'waiting 10:00:00-10:00:02',
      'backoff 10:00:02-10:00:12 (10s)',
      'waiting 10:00:12-10:00:14',
      'backoff 10:00:14-10:00:34 (20s)',
      'waiting 10:00:34-10:00:40',
      'backoff 10:00:40-10:01:20 (40s)',
      'waiting 10:01:20-10:10:00',
    ]);
    expect(draw(pod).marks.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      'pull-failed 1',
      'pull-failed 2',
      'pull-failed 3',
    ]);
  });

  it('names no delay when the first failures were before our time', () => {
    const pod = aHistory(
      { waiting: 'ImagePullBackOff ', pullFailedAt: [at('10:05:00'), at('10:08:00')] },
      { createdAt: at('09:30:00') },
    );
    expect(bars(pod)).toEqual([
      'waiting 09:30:00-10:05:00',
      'backoff 10:05:00-10:08:00',
      'backoff 10:08:00-10:10:00',
    ]);
  });

  it('draws nothing between runs that do not follow each other, nor before a run that was not the first', () => {
    const pod = aHistory({
      restarts: 9,
      runs: [
        { containerId: '3', startedAt: at('10:01:00'), finishedAt: at('10:02:00'), exitCode: 1, attempt: 3 },
        { containerId: '9', startedAt: at('10:08:00'), attempt: 9 },
      ],
    });
    expect(bars(pod)).toEqual(['run-not-ready 10:01:00-10:02:00', 'run-not-ready 10:08:00-10:10:00']);
  });

  it('claims no readiness for a run that was over before anybody watched', () => {
    const over = {
      containerId: '3',
      startedAt: at('10:01:00'),
      finishedAt: at('10:02:00'),
      exitCode: 1,
      attempt: 3,
    };
    const seen = { containerId: '9', startedAt: at('10:08:00'), attempt: 9 };
    const pod = { ...aHistory({ restarts: 9, runs: [over, seen] }), recordedFromAt: at('10:02:00') };
    expect(bars(pod)).toEqual(['run-unknown 10:01:00-10:02:00', 'run-not-ready 10:08:00-10:10:00']);
  });

  it('draws a run whose end was not seen without a crash and without a wait', () => {
    const pod = aHistory({
      restarts: 1,
      runs: [
        {
          containerId: '1',
          startedAt: at('10:01:00'),
          finishedAt: at('10:02:00'),
          reason: 'EndNotSeen',
          attempt: 0,
        },
        { containerId: '2', startedAt: at('10:02:00'), attempt: 1 },
      ],
    });
    expect(draw(pod).marks).toEqual([]);
    expect(bars(pod)).toContain('run-not-ready 10:01:00-10:02:00');
  });

  it('marks a process that never ran, without a run', () => {
    const pod = aHistory({
      restarts: 1,
      waiting: 'CrashLoopBackOff ',
      runs: [{ containerId: '', finishedAt: at('10:00:30'), exitCode: 128, attempt: 1, backoffMs: 10_000 }],
    });
    expect(bars(pod)).toEqual(['backoff 10:00:30-10:10:00 (10s)']);
    expect(draw(pod).marks).toEqual([{ kind: 'crash', at: at('10:00:30'), label: '128' }]);
  });

  it('does not call the good end of an init container a crash', () => {
    const run = {
      containerId: '1',
      startedAt: at('10:01:00'),
      finishedAt: at('10:02:00'),
      exitCode: 0,
      attempt: 0,
    };
    expect(draw(aHistory({ role: 'init', mayEnd: true, runs: [run] })).marks).toEqual([]);
    expect(draw(aHistory({ runs: [run] })).marks).toMatchObject([{ kind: 'crash', label: '0' }]);
  });

  it('shows when the back-off of a container that runs again is forgotten', () => {
    const pod = aHistory({
      restarts: 2,
      runs: [{ containerId: '2', startedAt: at('10:05:00'), attempt: 2 }],
    });
    expect(draw(pod).resetAt).toBe(at('10:15:00'));
    expect(
      draw(aHistory({ runs: [{ containerId: '0', startedAt: at('10:05:00'), attempt: 0 }] })),
    ).not.toHaveProperty('resetAt');
  });

  it('clips to the window', () => {
    const pod = aHistory({
      runs: [{ containerId: '1', startedAt: at('10:00:00'), attempt: 0 }],
      readyChanges: [{ at: at('10:00:00'), ready: true }],
    });
    expect(bars(pod, { fromAt: at('10:05:00'), toAt: at('10:06:00') })).toEqual(['run 10:05:00-10:06:00']);
    expect(bars(pod, { fromAt: at('08:00:00'), toAt: at('09:00:00') })).toEqual([]);
  });

  it('ends with the pod when it is gone, and expects nothing more of it', () => {
    const pod = recordGone(
      aHistory({ restarts: 1, runs: [{ containerId: '1', startedAt: at('10:01:00'), attempt: 1 }] }),
      at('10:03:00'),
    );
    const next = { kind: 'untimed', text: 'never by itself' } as const;
    const drawn = lane({
      pod,
      container: pod.containers[0] as ContainerHistory,
      window: WINDOW,
      now: NOW,
      next,
    });
    expect(drawn).toMatchObject({ gone: true, bars: [{ toAt: at('10:03:00') }] });
    expect(drawn).not.toHaveProperty('next');
    expect(drawn).not.toHaveProperty('resetAt');
  });

  it('draws inside the window and nothing from the future, whatever was seen', () => {
    fc.assert(
      fc.property(fc.array(arbitraryPods, { minLength: 1, maxLength: 6 }), (pods) => {
        const now = at('13:00:00');
        const history = pods.reduce<PodHistory | undefined>(
          (known, pod, step) => recordRuns(known, pod, now - HOUR + step * MINUTE),
          undefined,
        ) as PodHistory;
        for (const container of history.containers) {
          const window = { fromAt: now - 2 * HOUR, toAt: now };
          const { bars, marks } = lane({ pod: history, container, window, now });
          for (const { fromAt, toAt } of bars) {
            expect(fromAt).toBeGreaterThanOrEqual(window.fromAt);
            expect(toAt).toBeGreaterThan(fromAt);
            expect(toAt).toBeLessThanOrEqual(now);
          }
          for (const mark of marks) expect(mark.at).toBeLessThanOrEqual(now);
        }
      }),
    );
  });
});

describe('strip', () => {
  const healthy = aHistory(
    {
      runs: [{ containerId: '1', startedAt: at('08:00:00'), attempt: 0 }],
      readyChanges: [{ at: at('08:00:05'), ready: true }],
    },
    { name: 'web-ok', createdAt: at('08:00:00') },
  );
  const crashing = aHistory(
    {
      restarts: 1,
      waiting: 'CrashLoopBackOff ',
      runs: [
        { containerId: '1', startedAt: at('10:01:00'), finishedAt: at('10:02:00'), exitCode: 1, attempt: 1 },
      ],
    },
    { name: 'web-bad', recordedFromAt: at('10:00:30') },
  );

  it('shows the worst container of the last hour and the rollouts in it', () => {
    const rolloutAt = [at('10:00:00'), at('07:00:00'), at('09:30:00')];
    expect(strip({ pods: [healthy, crashing], rolloutAt, now: NOW })).toMatchObject({
      recordedFromAt: at('10:00:30'),
      bars: [{ kind: 'run-not-ready' }, { kind: 'backoff', toAt: NOW }],
      marks: [{ kind: 'crash', label: '1' }],
      rolloutAt: [at('09:30:00'), at('10:00:00')],
    });
  });

  it('prefers living pods to those that are gone', () => {
    const gone = recordGone(crashing, at('10:05:00'));
    expect(strip({ pods: [gone, healthy], rolloutAt: [], now: NOW }).marks).toEqual([]);
  });

  it('is empty, and claims no recording, when nothing was seen', () => {
    // The start of the window, which moves in steps of ten minutes: not a moment that is new each time.
    const stepAt = Math.floor((NOW - HOUR) / 600_000) * 600_000;
    expect(strip({ pods: [], rolloutAt: [], now: NOW })).toEqual({
      createdAt: stepAt,
      recordedFromAt: stepAt,
      bars: [],
      marks: [],
      rolloutAt: [],
    });
  });

  it('orders lanes the same way whatever order they come in', () => {
    const lanes = [healthy, crashing, recordGone(crashing, at('10:05:00'))].map((pod) => draw(pod));
    expect(lanes.toReversed().toSorted(byWorst)).toEqual(lanes.toSorted(byWorst));
    expect(lanes.toSorted(byWorst).map(({ pod, gone }) => `${pod} ${gone}`)).toEqual([
      'web-bad false',
      'web-ok false',
      'web-bad true',
    ]);
  });
});
