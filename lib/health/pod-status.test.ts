import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { arbitraryPods } from '#lib/testing/arbitrary-pod.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import {
  aContainerStatus,
  aCrashLoopingStatus,
  anUnschedulablePod,
  aPod,
  type PodInput,
  running,
  terminated,
  waiting,
} from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { at } from '#lib/testing/time.ts';
import { podStatus, restartsText } from './pod-status.ts';

const columns = (pod: Pod) => {
  const { status, ready, restarts } = podStatus(pod);
  return `${ready} ${status} ${restarts}`;
};
const app = (name: string, input: Parameters<typeof aContainerStatus>[0] = {}) =>
  aContainerStatus({ name, ...input });
const sidecarOf = (input: PodInput): PodInput => ({
  ...input,
  containers: [aContainer({ name: 'mesh', role: 'sidecar' }), aContainer({ name: 'app' })],
});

describe('podStatus of pods without init containers', () => {
  it.each<[string, PodInput, string]>([
    ['running', {}, '1/1 Running 0'],
    [
      'of which one container waits for its image',
      { statuses: [app('web', { state: waiting('ImagePullBackOff') })], phase: 'Pending' },
      '0/1 ImagePullBackOff 0',
    ],
    ['in a crash loop', { statuses: [aCrashLoopingStatus()] }, '0/1 CrashLoopBackOff 5'],
    [
      'between crash and back-off',
      { statuses: [app('web', { state: terminated({ exitCode: 1 }), restartCount: 2 })] },
      '0/1 Error 2',
    ],
    [
      'killed by the kernel',
      { statuses: [app('web', { state: terminated({ exitCode: 137, reason: 'OOMKilled' }) })] },
      '0/1 OOMKilled 0',
    ],
    [
      'ended by a signal without a reason',
      { statuses: [app('web', { state: terminated({ exitCode: 137, signal: 9, reason: '' }) })] },
      '0/1 Signal:9 0',
    ],
    [
      'ended with a code without a reason',
      { statuses: [app('web', { state: terminated({ exitCode: 3, reason: '' }) })] },
      '0/1 ExitCode:3 0',
    ],
    [
      'completed',
      { phase: 'Succeeded', statuses: [app('web', { state: terminated({ exitCode: 0 }) })] },
      '0/1 Completed 0',
    ],
    ['running but not ready', { statuses: [app('web', { ready: false })] }, '0/1 Running 0'],
    [
      'evicted',
      { phase: 'Failed', reason: 'Evicted', statuses: [], containers: [aContainer()] },
      '0/1 Evicted 0',
    ],
    [
      'pending without a word',
      { phase: 'Pending', statuses: [], containers: [aContainer()] },
      '0/1 Pending 0',
    ],
    [
      'waiting without a reason',
      { phase: 'Pending', statuses: [app('web', { state: waiting('') })] },
      '0/1 Pending 0',
    ],
  ])('%s', (_case, input, expected) => expect(columns(aPod(input))).toBe(expected));

  it('names the gate that holds a pod back', () => {
    const pod = anUnschedulablePod('', {
      schedulingGates: ['quota'],
      conditions: [aCondition('PodScheduled', 'False', { reason: 'SchedulingGated' })],
    });
    expect(columns(pod)).toBe('0/1 SchedulingGated 0');
  });

  it('lets the alphabetically first failing container win', () => {
    const statuses = [
      app('app', { state: waiting('ImagePullBackOff') }),
      aCrashLoopingStatus({ name: 'zzz', restartCount: 4 }),
    ];
    expect(columns(aPod({ statuses }))).toBe('0/2 ImagePullBackOff 4');
  });

  it('shows a failing container beside a healthy one', () => {
    const statuses = [app('api'), aCrashLoopingStatus({ name: 'worker' })];
    expect(columns(aPod({ statuses }))).toBe('1/2 CrashLoopBackOff 5');
  });

  it('does not count a container that waits although it is still called ready', () => {
    const statuses = [app('web', { state: waiting('CrashLoopBackOff'), ready: true })];
    expect(columns(aPod({ statuses }))).toBe('0/1 CrashLoopBackOff 0');
  });
});

describe('podStatus when containers completed beside others', () => {
  const done = app('a', { state: terminated({ exitCode: 0 }), ready: false });
  const failed = app('b', { state: terminated({ exitCode: 1 }), ready: false });

  it('is Running while another container runs in a ready pod', () => {
    const conditions = [aCondition('Ready', 'True')];
    expect(columns(aPod({ statuses: [done, app('b')], conditions }))).toBe('1/2 Running 0');
  });

  it('is NotReady when something runs in an unready pod', () => {
    expect(columns(aPod({ statuses: [done, app('b')] }))).toBe('1/2 NotReady 0');
  });

  it('is the reason of the container that failed, since 1.36', () => {
    const pod = aPod({ statuses: [done, failed] });
    expect(podStatus(pod).status).toBe('Error');
    expect(podStatus(pod, { minor: 36 }).status).toBe('Error');
    expect(podStatus(pod, { minor: 32 }).status).toBe('Completed');
  });

  it('prefers the failure to NotReady since 1.36', () => {
    const pod = aPod({ statuses: [done, failed, app('c')] });
    expect(podStatus(pod).status).toBe('Error');
    expect(podStatus(pod, { minor: 35 }).status).toBe('NotReady');
  });
});

describe('podStatus while initialising', () => {
  const notYet = [app('app', { state: waiting('PodInitializing') })];
  const init = (name: string, input: Parameters<typeof aContainerStatus>[0]) =>
    aContainerStatus({ name, ready: false, started: false, ...input });

  it.each<[string, PodInput, string]>([
    [
      'counts the init containers that are done',
      {
        initStatuses: [
          init('one', { state: terminated({ exitCode: 0 }) }),
          init('two', { state: running() }),
          init('three', { state: waiting('PodInitializing') }),
        ],
      },
      '0/1 Init:1/3 0',
    ],
    [
      'names the reason of the one that waits',
      { initStatuses: [aCrashLoopingStatus({ name: 'one', restartCount: 3 })] },
      '0/1 Init:CrashLoopBackOff 3',
    ],
    [
      'names an image',
      { initStatuses: [init('one', { state: waiting('ErrImagePull') })] },
      '0/1 Init:ErrImagePull 0',
    ],
    [
      'names a failure',
      { initStatuses: [init('one', { state: terminated({ exitCode: 1 }) })] },
      '0/1 Init:Error 0',
    ],
    [
      'names an exit code',
      { initStatuses: [init('one', { state: terminated({ exitCode: 2, reason: '' }) })] },
      '0/1 Init:ExitCode:2 0',
    ],
    [
      'names a signal',
      { initStatuses: [init('one', { state: terminated({ exitCode: 137, signal: 9, reason: '' }) })] },
      '0/1 Init:Signal:9 0',
    ],
    [
      'adds up restarts until the one that blocks',
      {
        initStatuses: [
          init('one', { state: terminated({ exitCode: 0 }), restartCount: 2 }),
          init('two', { state: waiting('CrashLoopBackOff'), restartCount: 3 }),
          init('three', { state: waiting('PodInitializing'), restartCount: 7 }),
        ],
      },
      '0/1 Init:CrashLoopBackOff 5',
    ],
  ])('%s', (_case, input, expected) =>
    expect(columns(aPod({ statuses: notYet, phase: 'Pending', ...input }))).toBe(expected),
  );

  it('forgets the restarts of init containers once they are done', () => {
    const initStatuses = [init('one', { state: terminated({ exitCode: 0 }), restartCount: 4 })];
    expect(columns(aPod({ initStatuses, statuses: [app('app', { restartCount: 1 })] }))).toBe(
      '1/1 Running 1',
    );
  });
});

describe('podStatus with sidecars', () => {
  const mesh = (input: Parameters<typeof aContainerStatus>[0] = {}) => app('mesh', input);

  it('counts a started sidecar in READY and RESTARTS', () => {
    const pod = aPod(
      sidecarOf({ initStatuses: [mesh({ restartCount: 2 })], statuses: [app('app', { restartCount: 1 })] }),
    );
    expect(columns(pod)).toBe('2/2 Running 3');
  });

  it('waits for a sidecar that has not started', () => {
    const pod = aPod(
      sidecarOf({
        initStatuses: [mesh({ started: false, ready: false })],
        statuses: [app('app', { state: waiting('PodInitializing') })],
      }),
    );
    expect(columns(pod)).toBe('0/2 Init:0/1 0');
  });

  it('shows Init: for a sidecar that crash-loops although the pod is initialised and its app is ready', () => {
    const pod = aPod(
      sidecarOf({
        initStatuses: [aCrashLoopingStatus({ name: 'mesh', restartCount: 6 })],
        statuses: [app('app')],
        conditions: [aCondition('Initialized', 'True')],
      }),
    );
    expect(columns(pod)).toBe('1/2 Init:CrashLoopBackOff 6');
  });

  it('lets a failing app overwrite the word of the sidecar', () => {
    const pod = aPod(
      sidecarOf({
        initStatuses: [aCrashLoopingStatus({ name: 'mesh', restartCount: 6 })],
        statuses: [app('app', { state: waiting('ErrImagePull') })],
        conditions: [aCondition('Initialized', 'True')],
      }),
    );
    expect(columns(pod)).toBe('0/2 ErrImagePull 6');
  });
});

describe('podStatus of pods being deleted', () => {
  const deletedAt = at('10:00:00');

  it('is Terminating, whatever its containers do', () => {
    expect(podStatus(aPod({ deletedAt })).status).toBe('Terminating');
    expect(podStatus(aPod({ deletedAt, statuses: [aCrashLoopingStatus()] })).status).toBe('Terminating');
  });

  it('is Unknown when its node was lost', () => {
    expect(podStatus(aPod({ deletedAt, reason: 'NodeLost' })).status).toBe('Unknown');
  });

  it.each(['Succeeded', 'Failed'] as const)('keeps its word when it had %s before', (phase) => {
    const statuses = [app('web', { state: terminated({ exitCode: phase === 'Failed' ? 1 : 0 }) })];
    expect(podStatus(aPod({ deletedAt, phase, statuses })).status).toBe(
      phase === 'Failed' ? 'Error' : 'Completed',
    );
  });
});

describe('RESTARTS', () => {
  it('counts from the latest end, not from the latest start', () => {
    const pod = aPod({
      statuses: [
        app('a', { restartCount: 1, lastTermination: terminated({ finishedAt: at('09:50:00') }) }),
        app('b', { restartCount: 4, lastTermination: terminated({ finishedAt: at('09:57:00') }) }),
      ],
    });
    const status = podStatus(pod);
    expect(status).toMatchObject({ restarts: 5, restartedAt: at('09:57:00') });
    expect(restartsText(status, at('10:00:00'))).toBe('5 (3m ago)');
  });

  it('has no "ago" without an end', () => {
    expect(restartsText(podStatus(aPod()), at('10:00:00'))).toBe('0');
  });
});

describe('podStatus of any pod', () => {
  it('never throws, never is empty, never counts more ready than there are', () => {
    fc.assert(
      fc.property(arbitraryPods, fc.constantFrom(32, 36), (pod, minor) => {
        const { status, ready, restarts } = podStatus(pod, { minor });
        expect(status).not.toBe('');
        expect(ready).toMatch(/^\d+\/\d+$/);
        expect(restarts).toBeGreaterThanOrEqual(0);
        const [some = 0, all = 0] = ready.split('/').map(Number);
        if (pod.template.containers.length > 0) expect(some).toBeLessThanOrEqual(all);
      }),
    );
  });
});
