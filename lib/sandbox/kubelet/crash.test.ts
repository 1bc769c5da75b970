import { describe, expect, it } from 'vitest';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { aPod, aWorld, crashesAfter, PodLife, runsForEver } from './pod-life.ts';

const waitsBetween = (starts: readonly number[], runSeconds: number): number[] =>
  starts.slice(1).map((second, index) => Math.round(second - (starts[index] ?? 0) - runSeconds));

describe('a crashing container', () => {
  it('restarts at once, then after 10, 20, 40, 80, 160, 300 seconds from each exit', () => {
    const life = new PodLife(aPod(), aWorld({ start: () => crashesAfter(3000) })).live(20 * 60_000);
    // Exits are noticed within a second: the first restart is that late, later ones count from finishedAt.
    expect(waitsBetween(life.startsOf('app'), 3)).toEqual([1, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('says BackOff when the wait begins, and again when the worker looks before it is over', () => {
    const life = new PodLife(aPod(), aWorld({ start: () => crashesAfter(3000) })).live(12 * 60_000);
    const starts = life.startsOf('app');
    const said = life.secondsOf('BackOff');
    const perWait = starts.slice(1).map((start, index) => {
      const from = starts[index] ?? 0;
      return said.filter((second) => second > from && second < start).length;
    });
    // Waits of 0, 10, 20, 40, 80, 160, 300 s; the worker sleeps until the end of a wait, at most a minute.
    expect(perWait).toEqual([0, 1, 1, 1, 2, 3, 5]);
    expect(life.events.find(({ reason }) => reason === 'BackOff')).toMatchObject({
      type: 'Warning',
      message: 'Back-off restarting failed container app in pod web-x_demo(u-1)',
      fieldPath: 'spec.containers{app}',
    });
  });

  it('shows what it died of until the next sync, then CrashLoopBackOff with the delay in force', () => {
    const life = new PodLife(aPod(), aWorld({ start: () => crashesAfter(500, 3) })).live(240_000);
    expect(life.states.map(({ state }) => state).slice(0, 3)).toEqual([
      'ContainerCreating',
      'Error',
      'CrashLoopBackOff',
    ]);
    const app = life.container();
    expect(app?.state.waiting?.message).toBe(
      'back-off 2m40s restarting failed container=app pod=web-x_demo(u-1)',
    );
    expect(app?.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(app?.restartCount).toBe(5);
    expect(life.status.phase).toBe('Running');
  });

  it('is not seen running when it ends at once, and is looked at twice after its first start', () => {
    const life = new PodLife(aPod(), aWorld({ start: () => crashesAfter(40, 127) })).live(100_000);
    // Recorded of a kubelet of 1.35: the second exit is followed by CrashLoopBackOff a second later, the third only when it is over.
    expect(life.states.slice(0, 5)).toEqual([
      { second: 0, state: 'ContainerCreating' },
      { second: 1.4, state: 'Error' },
      { second: 3.4, state: 'CrashLoopBackOff' },
      { second: 12, state: 'Error' },
      { second: 31, state: 'CrashLoopBackOff' },
    ]);
  });

  it('is seen in its back-off earlier when a prober finds it dead', () => {
    const livenessProbe = { tcpSocket: { port: 1 }, periodSeconds: 5, failureThreshold: 99 };
    const shownAfter = (life: PodLife): number => {
      const at = life.states.findIndex(({ state }) => state === 'CrashLoopBackOff');
      return (life.states[at]?.second ?? Infinity) - (life.states[at - 1]?.second ?? 0);
    };
    const start = () => crashesAfter(3000);
    const probed = new PodLife(aPod({ livenessProbe }), aWorld({ start })).live(60_000);
    const unprobed = new PodLife(aPod(), aWorld({ start })).live(60_000);
    expect(shownAfter(probed)).toBeLessThanOrEqual(5);
    expect(shownAfter(unprobed)).toBeGreaterThan(8);
  });

  it('is OOMKilled with exit code 137', () => {
    const run: Run = { ...runsForEver, exit: { afterMs: 5000, code: 137, reason: 'OOMKilled' } };
    const life = new PodLife(aPod(), aWorld({ start: () => run })).live(6600);
    expect(life.container()?.state.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });

  it('never ran when the runtime cannot start it: StartError, 128, 1970', () => {
    const run: Run = { ...runsForEver, startError: 'exec: "nope": executable file not found in $PATH' };
    const life = new PodLife(aPod(), aWorld({ start: () => run })).live(60_000);
    expect(life.states.map(({ state }) => state).slice(1, 3)).toEqual([
      'RunContainerError',
      'CrashLoopBackOff',
    ]);
    expect(life.container()?.lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
    });
    expect(life.said.slice(1, 3)).toEqual([
      'Created: Container created',
      'Failed: Error: exec: "nope": executable file not found in $PATH',
    ]);
  });

  it('keeps the end of its log as the termination message when asked to', () => {
    const run: Run = {
      ...crashesAfter(1000),
      lines: [
        { atMs: 10, text: 'starting' },
        { atMs: 900, text: 'boom' },
      ],
    };
    const pod = aPod({ terminationMessagePolicy: 'FallbackToLogsOnError' });
    const life = new PodLife(pod, aWorld({ start: () => run })).live(2500);
    expect(life.container()?.state.terminated?.message).toBe('starting\nboom\n');
  });

  it('starts a changed image at once, in place', () => {
    const life = new PodLife(aPod(), aWorld()).live(10_000);
    const [app] = life.pod.spec.containers;
    if (!app) throw new Error('no container');
    const image = 'registry.example/app:2';
    life.pod = {
      ...life.pod,
      metadata: { ...life.pod.metadata, generation: 2 },
      spec: { ...life.pod.spec, containers: [{ ...app, image }] },
    };
    life.live(5000);
    expect(life.secondsOf('Killing', 'Container app definition changed, will be restarted')).toHaveLength(1);
    expect(life.container()).toMatchObject({ image, restartCount: 1 });
  });
});

describe('the end of a pod', () => {
  it.each([
    ['Never', 0, 'Succeeded', 1],
    ['Never', 1, 'Failed', 1],
    ['OnFailure', 0, 'Succeeded', 1],
    ['OnFailure', 1, 'Running', 4],
    ['Always', 0, 'Running', 4],
  ] as const)('restartPolicy %s, exit code %i: %s', (restartPolicy, code, phase, starts) => {
    const pod = aPod({}, { restartPolicy });
    const life = new PodLife(pod, aWorld({ start: () => crashesAfter(1000, code) })).live(60_000);
    expect(life.startsOf('app')).toHaveLength(starts);
    expect(life.status.phase).toBe(phase);
  });

  it('waits for all containers, and fails when one of them failed', () => {
    const pod = aPod(
      {},
      {
        restartPolicy: 'Never',
        containers: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
    );
    const start = ({ name }: { name: string }) =>
      crashesAfter(name === 'a' ? 1000 : 20_000, name === 'a' ? 1 : 0);
    const life = new PodLife(pod, aWorld({ start })).live(10_000);
    expect(life.status.phase).toBe('Running');
    expect(life.live(20_000).status.phase).toBe('Failed');
    expect(life.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodFailed' }),
    );
    expect(life.container('a')?.state.terminated?.exitCode).toBe(1);
  });

  it('comes with the deadline: DeadlineExceeded, and everything is stopped', () => {
    const life = new PodLife(aPod({}, { activeDeadlineSeconds: 30 }), aWorld()).live(40_000);
    expect(life.status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(life.events.slice(-2).map(({ type, reason, second }) => [type, reason, second])).toEqual([
      ['Normal', 'DeadlineExceeded', 30],
      ['Normal', 'Killing', 30],
    ]);
    expect(life.container()?.state.terminated?.exitCode).toBe(0);
  });
});

it('keeps the transition time of a condition that does not change', () => {
  const life = new PodLife(aPod(), aWorld()).live(10_000);
  const before = life.status.conditions;
  expect(life.live(60_000).status.conditions).toEqual(before);
});
