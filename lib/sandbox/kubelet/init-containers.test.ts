import { describe, expect, it } from 'vitest';
import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { aPod, aWorld, crashesAfter, PodLife, runsForEver } from './pod-life.ts';

type Runs = Readonly<Record<string, Run>>;
const lifeOf = (pod: Pod, runs: Runs) =>
  new PodLife(pod, aWorld({ start: ({ name }) => runs[name] ?? runsForEver }));
const container = (name: string, spec: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name,
  image: `registry.example/${name}:1`,
  ...spec,
});
const sidecar = (name: string, spec: Partial<ContainerSpec> = {}) =>
  container(name, { restartPolicy: 'Always', ...spec });
const condition = (life: PodLife, type: string) => life.status.conditions?.find((each) => each.type === type);

describe('init containers', () => {
  const pod = aPod({}, { initContainers: [container('migrate'), container('seed')] });

  it('run one after the other before the main containers', () => {
    const life = lifeOf(pod, { migrate: crashesAfter(3000, 0), seed: crashesAfter(5000, 0) }).live(30_000);
    expect(life.startsOf('migrate')).toEqual([0.4]);
    expect(life.startsOf('seed')).toEqual([4.4]);
    expect(life.startsOf('app')).toEqual([10.4]);
    expect(life.status.phase).toBe('Running');
    expect(condition(life, 'Initialized')).toMatchObject({ status: 'True' });
    expect(life.status.initContainerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
      ['migrate', true],
      ['seed', true],
    ]);
  });

  it('hold up the pod: PodInitializing, and which are incomplete', () => {
    const life = lifeOf(pod, { migrate: crashesAfter(3000, 0) }).live(10_000);
    expect(life.container()?.state.waiting?.reason).toBe('PodInitializing');
    expect(life.status.phase).toBe('Pending');
    expect(condition(life, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [seed]',
    });
    expect(condition(life, 'PodReadyToStartContainers')?.status).toBe('True');
  });

  it('keep the pod Pending while they fail, with the usual back-off', () => {
    const life = lifeOf(pod, { migrate: crashesAfter(3000, 1) }).live(100_000);
    expect(life.status.phase).toBe('Pending');
    expect(
      life.container('migrate')?.lastState.terminated ?? life.container('migrate')?.state.terminated,
    ).toMatchObject({ exitCode: 1 });
    expect(life.startsOf('migrate').map((second) => Math.round(second))).toEqual([0, 4, 17, 40, 83]);
    expect(life.startsOf('app')).toEqual([]);
    expect(life.events.find(({ reason }) => reason === 'BackOff')?.fieldPath).toBe(
      'spec.initContainers{migrate}',
    );
  });

  it('fail the pod where nothing is restarted', () => {
    const never = aPod({}, { initContainers: [container('migrate')], restartPolicy: 'Never' });
    const life = lifeOf(never, { migrate: crashesAfter(1000, 1) }).live(20_000);
    expect(life.status.phase).toBe('Failed');
    expect(life.startsOf('app')).toEqual([]);
  });

  it('with an image that cannot be pulled keep the rest from starting', () => {
    const world = aWorld({
      hasImage: (image) => !image.includes('migrate'),
      pull: () => ({ tookMs: 500, error: 'not found' }),
    });
    const life = new PodLife(pod, world).live(30_000);
    expect(life.container('migrate')?.state.waiting?.reason).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(life.startsOf('app')).toEqual([]);
  });
});

describe('sidecars', () => {
  const pod = aPod({}, { initContainers: [sidecar('proxy'), container('migrate'), sidecar('agent')] });

  it('start in order with the init containers and keep running', () => {
    const life = lifeOf(pod, { migrate: crashesAfter(2000, 0) }).live(30_000);
    const order = ['proxy', 'migrate', 'agent', 'app'].map((name) => life.startsOf(name));
    expect(order.map((starts) => starts.length)).toEqual([1, 1, 1, 1]);
    expect(order.flat().toSorted((a, b) => a - b)).toEqual(order.flat());
    expect(life.container('proxy')).toMatchObject({ ready: true, started: true });
    expect(life.status.phase).toBe('Running');
  });

  it('hold up what comes after them until their startup probe has passed', () => {
    const startupProbe = { httpGet: { port: 15_021 }, periodSeconds: 1, failureThreshold: 60 };
    const slow: Run = { ...runsForEver, listeners: [{ port: 15_021, fromMs: 10_000, http: () => 200 }] };
    const waiting = aPod({}, { initContainers: [sidecar('proxy', { startupProbe })] });
    const life = lifeOf(waiting, { proxy: slow }).live(8000);
    expect(life.startsOf('app')).toEqual([]);
    expect(condition(life, 'Initialized')?.status).toBe('False');
    expect(life.status.phase).toBe('Pending');
    expect(life.live(10_000).startsOf('app')).toHaveLength(1);
  });

  it('restart for ever, and the pod is not ready meanwhile', () => {
    const life = lifeOf(aPod({}, { initContainers: [sidecar('proxy')] }), {
      proxy: crashesAfter(3000, 1),
    }).live(60_000);
    expect(life.startsOf('proxy').length).toBeGreaterThan(3);
    expect(life.startsOf('app')).toHaveLength(1);
    expect(life.container()?.ready).toBe(true);
    expect(condition(life, 'ContainersReady')?.message).toBe('containers with unready status: [proxy]');
    expect(life.status.phase).toBe('Running');
  });

  it('are killed by their own liveness probe', () => {
    const livenessProbe = { tcpSocket: { port: 1 }, periodSeconds: 2 };
    const life = lifeOf(aPod({}, { initContainers: [sidecar('proxy', { livenessProbe })] }), {}).live(20_000);
    expect(life.said).toContain('Killing: Init container proxy failed liveness probe');
    expect(life.startsOf('proxy').length).toBeGreaterThan(1);
  });

  it('do not keep a pod alive whose work is done', () => {
    const done = aPod({}, { initContainers: [sidecar('proxy')], restartPolicy: 'Never' });
    const life = lifeOf(done, { app: crashesAfter(5000, 0) }).live(30_000);
    expect(life.said).toContain('Killing: Stopping container proxy');
    expect(life.status.phase).toBe('Succeeded');
  });

  it('are stopped last, the newest first', () => {
    const runs: Runs = {
      app: { ...runsForEver, stop: { afterMs: 3000, code: 0 } },
      migrate: crashesAfter(100, 0),
    };
    const life = lifeOf(pod, runs).live(60_000);
    life.delete().live(10_000);
    const exits = ['app', 'agent', 'proxy'].map((name) => life.container(name)?.state.terminated?.finishedAt);
    expect(exits).toEqual(exits.toSorted());
    const kills = life.record.containers.filter(({ role }) => role === 'sidecar');
    expect(kills.map(({ latestExit }) => latestExit?.exitCode)).toEqual([0, 0]);
    expect(life.finished).toBe(true);
  });
});

it('an ephemeral container starts in a running pod and is never restarted', () => {
  const life = lifeOf(aPod(), { debugger: crashesAfter(5000, 1) }).live(20_000);
  life.pod = {
    ...life.pod,
    metadata: { ...life.pod.metadata, generation: 2 },
    spec: { ...life.pod.spec, ephemeralContainers: [container('debugger')] },
  };
  life.live(3000);
  expect(life.status.ephemeralContainerStatuses?.[0]?.state.running).toBeDefined();
  expect(life.events.at(-1)?.fieldPath).toBe('spec.ephemeralContainers{debugger}');
  life.live(60_000);
  expect(life.startsOf('debugger')).toHaveLength(1);
  expect(life.status).toMatchObject({ phase: 'Running' });
  expect(life.container()?.ready).toBe(true);
});
