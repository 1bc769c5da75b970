import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import { arbitraryPods } from '#lib/testing/arbitrary-pod.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  aPod,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { at, HOUR } from '#lib/testing/time.ts';
import { isForgotten, isRecordedFromStart, MAX_RUNS, type PodHistory, recordGone } from './pod-history.ts';
import { recordRuns } from './record-runs.ts';

const pod = (status: Partial<ContainerStatus>, readySinceAt?: number) =>
  aPod({ createdAt: at('09:59:58'), statuses: [aContainerStatus(status)], readySinceAt });

/** Feeds the pod's states in the order the watch delivered them. */
const watched = (...seen: readonly (readonly [string, Pod])[]): PodHistory =>
  seen.reduce<PodHistory | undefined>(
    (history, [time, state]) => recordRuns(history, state, at(time)),
    undefined,
  ) as PodHistory;

const first = (history: PodHistory) => history.containers[0];

const run1 = { containerId: 'c1', startedAt: at('10:00:00') };
const end1 = terminated({ ...run1, exitCode: 1, finishedAt: at('10:00:05') });
const run2 = { containerId: 'c2', startedAt: at('10:00:06') };
const end2 = terminated({ ...run2, exitCode: 137, reason: 'OOMKilled', finishedAt: at('10:00:20') });

describe('recordRuns', () => {
  it('keeps every run of a crash loop with the times of the API', () => {
    const history = watched(
      ['09:59:59', pod({ state: waiting('ContainerCreating') })],
      ['10:00:00', pod({ containerId: 'c1', state: running(at('10:00:00')) })],
      ['10:00:05', pod({ containerId: 'c1', state: end1 })],
      [
        '10:00:06',
        pod({ containerId: 'c2', state: running(at('10:00:06')), restartCount: 1, lastTermination: end1 }),
      ],
      ['10:00:20', pod({ containerId: 'c2', state: end2, restartCount: 1, lastTermination: end1 })],
      [
        '10:00:21',
        aPod({
          createdAt: at('09:59:58'),
          statuses: [aCrashLoopingStatus({ delay: '10s', restartCount: 1, lastTermination: end2 })],
        }),
      ],
    );
    expect(first(history)).toMatchObject({
      name: 'web',
      restarts: 1,
      runs: [
        { ...run1, finishedAt: at('10:00:05'), exitCode: 1, reason: 'Error', attempt: 0 },
        {
          ...run2,
          finishedAt: at('10:00:20'),
          exitCode: 137,
          reason: 'OOMKilled',
          attempt: 1,
          backoffMs: 10_000,
        },
      ],
    });
  });

  it('takes from the first sight only what the object proves', () => {
    const history = watched([
      '10:30:00',
      pod({
        containerId: 'c9',
        state: running(at('10:20:00')),
        restartCount: 9,
        lastTermination: { ...end2 },
      }),
    ]);
    expect(history.recordedFromAt).toBe(at('10:30:00'));
    expect(isRecordedFromStart(history)).toBe(false);
    expect(first(history)?.runs).toMatchObject([
      { containerId: 'c2', attempt: 8 },
      { containerId: 'c9', startedAt: at('10:20:00'), attempt: 9 },
    ]);
  });

  it('returns the same object when the pod says the same again', () => {
    const history = watched(['10:00:00', pod({ containerId: 'c1', state: running(at('10:00:00')) })]);
    const same = pod({ containerId: 'c1', state: running(at('10:00:00')) });
    expect(recordRuns(history, same, at('10:05:00'))).toBe(history);
  });

  it('keeps an end once it was proved, even if an older state arrives late', () => {
    const history = watched(
      ['10:00:05', pod({ containerId: 'c1', state: end1 })],
      ['10:00:06', pod({ containerId: 'c1', state: running(at('10:00:00')) })],
    );
    expect(first(history)?.runs).toMatchObject([
      { containerId: 'c1', finishedAt: at('10:00:05'), exitCode: 1 },
    ]);
  });

  it('ends a run whose end was not seen when the next began, without inventing an exit code', () => {
    const history = watched(
      ['10:00:00', pod({ containerId: 'c1', state: running(at('10:00:00')) })],
      [
        '10:30:00',
        pod({
          containerId: 'c9',
          state: running(at('10:20:00')),
          restartCount: 9,
          lastTermination: terminated({
            containerId: 'c8',
            startedAt: at('10:10:00'),
            finishedAt: at('10:11:00'),
          }),
        }),
      ],
    );
    expect(first(history)?.runs).toMatchObject([
      { containerId: 'c1', finishedAt: at('10:10:00'), reason: 'EndNotSeen' },
      { containerId: 'c8', finishedAt: at('10:11:00'), exitCode: 1 },
      { containerId: 'c9' },
    ]);
    expect(first(history)?.runs[0]).not.toHaveProperty('exitCode');
    expect(first(history)?.runs[2]).not.toHaveProperty('finishedAt', expect.any(Number));
  });

  it('records a process that never ran by its end', () => {
    const status = aCrashLoopingStatus({
      restartCount: 3,
      lastTermination: terminated({ exitCode: 128, reason: 'StartError', finishedAt: at('10:00:01') }),
    });
    const runs = first(watched(['10:00:02', aPod({ statuses: [status] })]))?.runs;
    expect(runs).toMatchObject([{ finishedAt: at('10:00:01'), exitCode: 128, attempt: 3 }]);
    expect(runs?.[0]).not.toHaveProperty('startedAt');
  });

  it('is bounded: the oldest runs go first', () => {
    let history: PodHistory | undefined;
    for (let n = 0; n < MAX_RUNS + 50; n += 1) {
      const startedAt = at('10:00:00') + n * 10_000;
      const end = terminated({ containerId: `c${n}`, startedAt, finishedAt: startedAt + 1000 });
      history = recordRuns(history, pod({ state: end, restartCount: n }), startedAt + 1000);
    }
    expect(history && first(history)?.runs).toHaveLength(MAX_RUNS);
    expect(history && first(history)?.runs.at(-1)).toMatchObject({ attempt: MAX_RUNS + 49 });
  });
});

describe('recordRuns of failed pulls', () => {
  const failing = pod({ state: waiting('ErrImagePull', 'not found') });
  const backingOff = pod({ state: waiting('ImagePullBackOff', 'Back-off pulling image "x"') });

  it('counts each turn to ErrImagePull when it was seen', () => {
    const history = watched(
      ['09:59:59', pod({ state: waiting('ContainerCreating') })],
      ['10:00:01', failing],
      ['10:00:02', failing],
      ['10:00:13', backingOff],
      ['10:00:14', failing],
    );
    expect(first(history)?.pullFailedAt).toEqual([at('10:00:01'), at('10:00:14')]);
  });

  it('does not know when a pull failed that it finds already failed', () => {
    expect(first(watched(['10:00:01', failing]))?.pullFailedAt).toEqual([]);
    expect(first(watched(['10:00:01', backingOff], ['10:00:20', failing]))?.pullFailedAt).toEqual([
      at('10:00:20'),
    ]);
  });
});

describe('recordRuns of readiness', () => {
  const started = running(at('10:00:00'));

  it('takes the time of the condition when it changed with the container', () => {
    const history = watched(
      ['10:00:00', pod({ containerId: 'c1', state: started, ready: false })],
      ['10:00:31', pod({ containerId: 'c1', state: started, ready: true }, at('10:00:30'))],
      ['10:05:02', pod({ containerId: 'c1', state: started, ready: false }, at('10:05:00'))],
    );
    expect(first(history)?.readyChanges).toEqual([
      { at: at('10:00:30'), ready: true },
      { at: at('10:05:00'), ready: false },
    ]);
  });

  it('takes the time of the watch when another container holds the pod back', () => {
    const conditions = [aCondition('ContainersReady', 'False', { lastTransitionAt: at('09:00:00') })];
    const both = (ready: boolean) =>
      aPod({ conditions, statuses: [aContainerStatus({ containerId: 'c1', state: started, ready })] });
    expect(first(watched(['10:00:01', both(false)], ['10:00:31', both(true)]))?.readyChanges).toEqual([
      { at: at('10:00:31'), ready: true },
    ]);
  });

  it('believes a container that is ready at first sight', () => {
    const conditions = [aCondition('ContainersReady', 'False', { lastTransitionAt: at('09:00:00') })];
    const seen = aPod({ conditions, statuses: [aContainerStatus({ state: started })] });
    expect(first(watched(['10:20:00', seen]))?.readyChanges).toEqual([{ at: at('10:00:00'), ready: true }]);
  });
});

describe('histories of pods that are gone', () => {
  const history = watched(['10:00:00', pod({ containerId: 'c1', state: running(at('10:00:00')) })]);
  const gone = recordGone(history, at('10:10:00'));

  it('end what still ran', () => {
    expect(gone.goneAt).toBe(at('10:10:00'));
    expect(first(gone)?.runs).toMatchObject([{ containerId: 'c1', finishedAt: at('10:10:00') }]);
    expect(recordGone(gone, at('10:20:00'))).toBe(gone);
  });

  it('are kept for an hour', () => {
    expect(isForgotten(gone, at('10:10:00') + HOUR)).toBe(false);
    expect(isForgotten(gone, at('10:10:00') + HOUR + 1)).toBe(true);
    expect(isForgotten(history, at('23:00:00'))).toBe(false);
  });
});

describe('recordRuns of any pods', () => {
  it('takes a run of a known container before one whose container nobody named', () => {
    const state = running(at('10:00:01'));
    const unnamed = pod({ containerId: undefined, state });
    const named = pod({
      containerId: 'c1',
      state,
      lastTermination: terminated({ containerId: 'c1', finishedAt: at('10:00:00') }),
    });
    const history = watched(['10:00:02', unnamed], ['10:00:03', named]);
    expect(recordRuns(history, named, at('10:00:04'))).toBe(history);
  });

  it('never throws, keeps runs in order and learns nothing from the same pod twice', () => {
    fc.assert(
      fc.property(fc.array(arbitraryPods, { minLength: 1, maxLength: 8 }), (pods) => {
        let history: PodHistory | undefined;
        pods.forEach((each, step) => {
          const now = at('13:00:00') + step * 1000;
          history = recordRuns(history, each, now);
          expect(recordRuns(history, each, now + 1)).toBe(history);
          for (const { runs } of history.containers) {
            expect(runs.filter(({ finishedAt }) => finishedAt === undefined).length).toBeLessThanOrEqual(1);
          }
        });
      }),
    );
  });
});
