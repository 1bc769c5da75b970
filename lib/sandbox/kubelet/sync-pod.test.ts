import { describe, expect, it } from 'vitest';
import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { podStatus } from './pod-status.ts';
import { freshPod, type KubeletEvent, type PodRecord, type PullOutcome, type World } from './record.ts';
import { syncPod } from './sync-pod.ts';

const START = Date.UTC(2026, 0, 5, 12);
const runsForEver: Run = { listeners: [], lines: [], steadyFromMs: 0, stop: { afterMs: 500, code: 0 } };
const crashesAfter = (afterMs: number, code = 1): Run => ({ ...runsForEver, exit: { afterMs, code } });

const aPod = (container: Partial<ContainerSpec> = {}, pod: Partial<Pod['spec']> = {}): Pod => ({
  metadata: {
    name: 'web-x',
    namespace: 'demo',
    uid: 'u-1',
    resourceVersion: '1',
    creationTimestamp: '2026-01-05T12:00:00Z',
  },
  spec: {
    nodeName: 'n',
    containers: [{ name: 'app', image: 'registry.example/app:1', ...container }],
    ...pod,
  },
});

const aWorld = (world: Partial<World> = {}): Omit<World, 'now'> => ({
  hasImage: () => true,
  pull: () => ({ tookMs: 1000, bytes: 1, digest: 'sha256:0' }),
  missingPullSecrets: () => [],
  environment: () => ({ env: {} }),
  start: () => runsForEver,
  chance: () => 0,
  ...world,
});

/** Lives through `forMs` of a pod, waking only when it asks to be woken. */
class Life {
  readonly events: (KubeletEvent & { readonly second: number })[] = [];
  readonly states: { readonly second: number; readonly state: string }[] = [];
  pod: Pod;
  record: PodRecord;
  now = START;
  finished = false;
  readonly #world: Omit<World, 'now'>;

  constructor(pod: Pod, world: Omit<World, 'now'>) {
    this.pod = pod;
    this.#world = world;
    this.record = freshPod(pod, { ip: '10.244.1.2', now: START, chance: world.chance });
  }

  get status() {
    return podStatus(this.pod, this.record, { now: this.now, hostIp: '192.168.50.11' });
  }

  live(forMs: number): this {
    const until = this.now + forMs;
    for (;;) {
      const synced = syncPod(this.pod, this.record, { ...this.#world, now: this.now });
      this.record = synced.record;
      this.finished = synced.finished;
      const second = (this.now - START) / 1000;
      for (const event of synced.events) this.events.push({ ...event, second });
      const status = this.status;
      this.pod = { ...this.pod, status };
      const [container] = status.containerStatuses ?? [];
      const state =
        container?.state.waiting?.reason ??
        container?.state.terminated?.reason ??
        (container?.ready ? 'Ready' : 'Running');
      if (this.states.at(-1)?.state !== state) this.states.push({ second, state });
      if (synced.wakeAt > until) {
        this.now = until;
        return this;
      }
      this.now = Math.max(this.now + 1, synced.wakeAt);
    }
  }

  secondsOf(reason: string, message = ''): number[] {
    return this.events
      .filter((event) => event.reason === reason && event.message.includes(message))
      .map(({ second }) => second);
  }
}

describe('a crashing container', () => {
  it('restarts at once, then after 10, 20, 40, 80, 160, 300 seconds from each exit', () => {
    const life = new Life(aPod(), aWorld({ start: () => crashesAfter(1000) })).live(20 * 60_000);
    const started = life.secondsOf('Started');
    const waits = started.slice(1).map((second, index) => second - (started[index] ?? 0) - 1);
    // Exits are noticed within a second: the first restart is that late, later ones count from finishedAt.
    expect(waits.map(Math.round)).toEqual([1, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('shows Error, then CrashLoopBackOff with the delay in force, and what it died of', () => {
    const life = new Life(aPod(), aWorld({ start: () => crashesAfter(500, 3) })).live(30_000);
    expect(life.states.map(({ state }) => state).slice(0, 6)).toEqual([
      'ContainerCreating',
      'Ready',
      'Error',
      'Ready',
      'Error',
      'CrashLoopBackOff',
    ]);
    const [container] = life.status.containerStatuses ?? [];
    expect(container?.state.waiting?.message).toBe(
      'back-off 20s restarting failed container=app pod=web-x_demo(u-1)',
    );
    expect(container?.lastState.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(container?.restartCount).toBe(2);
    expect(life.status.phase).toBe('Running');
  });

  it('says BackOff when it begins to wait, and every minute or so while it waits', () => {
    const life = new Life(aPod(), aWorld({ start: () => crashesAfter(100) })).live(300_000);
    const started = life.secondsOf('Started');
    const said = life.secondsOf('BackOff').filter((second) => second > 0);
    const perWait = started.slice(1).map((second, index) => {
      const until = started[index + 2] ?? Infinity;
      return said.filter((at) => at >= second && at < until).length;
    });
    // The waits of 10, 20, 40, 80 and 160 s.
    expect(perWait.slice(0, 5)).toEqual([1, 1, 1, 2, 3]);
    expect(life.events.find(({ reason }) => reason === 'BackOff')).toMatchObject({
      type: 'Warning',
      message: 'Back-off restarting failed container app in pod web-x_demo(u-1)',
      fieldPath: 'spec.containers{app}',
    });
  });

  it('keeps the exit before the latest one in lastState until it waits', () => {
    const life = new Life(aPod(), aWorld({ start: (_, { instance }) => crashesAfter(500, 3 + instance) }));
    const [first] = life.live(1000).status.containerStatuses ?? [];
    expect([first?.state.terminated?.exitCode, first?.lastState]).toEqual([3, {}]);
    const [second] = life.live(1500).status.containerStatuses ?? [];
    expect([second?.state.terminated?.exitCode, second?.lastState.terminated?.exitCode]).toEqual([4, 3]);
    const [waiting] = life.live(3000).status.containerStatuses ?? [];
    expect([waiting?.state.waiting?.reason, waiting?.lastState.terminated?.exitCode]).toEqual([
      'CrashLoopBackOff',
      4,
    ]);
  });

  it('is OOMKilled with exit code 137', () => {
    const run: Run = { ...runsForEver, exit: { afterMs: 2000, code: 137, reason: 'OOMKilled' } };
    const life = new Life(aPod(), aWorld({ start: () => run })).live(3000);
    expect(life.states.at(-1)?.state).toBe('OOMKilled');
  });

  it('never ran when the runtime cannot start it: StartError, 128, 1970', () => {
    const run: Run = { ...runsForEver, startError: 'exec: "nope": executable file not found in $PATH' };
    const life = new Life(aPod(), aWorld({ start: () => run })).live(20_000);
    const [container] = life.status.containerStatuses ?? [];
    expect(life.states.map(({ state }) => state)).toContain('RunContainerError');
    expect(container?.state.waiting?.reason).toBe('CrashLoopBackOff');
    expect(container?.lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
    });
  });

  it('stays down when the restart policy says so', () => {
    const never = aPod({}, { restartPolicy: 'Never' });
    const life = new Life(never, aWorld({ start: () => crashesAfter(1000) })).live(60_000);
    expect(life.secondsOf('Started')).toHaveLength(1);
    expect(life.status.phase).toBe('Failed');
  });
});

describe('an image that cannot be pulled', () => {
  const failing: PullOutcome = { tookMs: 1000, error: 'not found' };
  const life = () =>
    new Life(aPod({ imagePullPolicy: 'Always' }), aWorld({ pull: () => failing })).live(25 * 60_000);

  it('is tried after 10, 20, 40, 80, 160, 300 seconds from the end of each failed pull', () => {
    const ends = life().secondsOf('Failed', 'Failed to pull image');
    const waits = life()
      .secondsOf('Pulling')
      .slice(1)
      .map((second, index) => Math.round(second - (ends[index] ?? 0)));
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('alternates between ErrImagePull and ImagePullBackOff', () => {
    const words = life().states.map(({ state }) => state);
    expect(words.slice(0, 5)).toEqual([
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
  });

  it('keeps the original error in the message and the pod Pending', () => {
    const { status } = life();
    expect(status.containerStatuses?.[0]?.state.waiting?.message).toMatch(
      /^(Back-off pulling image "registry.example\/app:1": ErrImagePull: )?not found$/,
    );
    expect(status).toMatchObject({ phase: 'Pending' });
    expect(status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, imageID: '' });
  });

  it('starts with the first pull that works', () => {
    let tries = 0;
    const pull = (): PullOutcome => (++tries > 4 ? { tookMs: 1000, bytes: 7, digest: 'sha256:1' } : failing);
    const healed = new Life(aPod({ imagePullPolicy: 'Always' }), aWorld({ pull })).live(120_000);
    expect(healed.status.phase).toBe('Running');
    expect(healed.secondsOf('Pulled', 'Image size: 7 bytes.')).toHaveLength(1);
  });
});

describe('a container that cannot be created', () => {
  it.each<[string, Partial<ContainerSpec>, Partial<World>, string, string]>([
    [
      'a reference that does not parse',
      {},
      { pull: () => undefined },
      'InvalidImageName',
      "couldn't parse image name",
    ],
    [
      'policy Never without the image',
      { imagePullPolicy: 'Never' },
      { hasImage: () => false },
      'ErrImageNeverPull',
      'is not present with pull policy of Never',
    ],
    [
      'a missing ConfigMap',
      {},
      { environment: () => ({ error: 'configmap "settings" not found' }) },
      'CreateContainerConfigError',
      'configmap "settings" not found',
    ],
  ])('waits: %s', (_case, container, world, reason, message) => {
    const life = new Life(aPod(container), aWorld(world)).live(60_000);
    const waiting = life.status.containerStatuses?.[0]?.state.waiting;
    expect(waiting?.reason).toBe(reason);
    expect(waiting?.message).toContain(message);
    expect(life.status.phase).toBe('Pending');
  });

  it('starts by itself within fifteen seconds once its ConfigMap exists', () => {
    let exists = false;
    const environment: World['environment'] = () =>
      exists ? { env: {} } : { error: 'configmap "a" not found' };
    const life = new Life(aPod(), aWorld({ environment })).live(30_000);
    exists = true;
    expect(life.live(15_000).status.phase).toBe('Running');
  });
});

describe('probes', () => {
  const server = (fromMs: number, status = 200): Run => ({
    ...runsForEver,
    listeners: [{ port: 8080, fromMs, http: () => status }],
    steadyFromMs: fromMs,
  });
  const http = { httpGet: { path: '/health', port: 8080 } };

  it('makes a container ready with the first success after the initial delay', () => {
    const pod = aPod({ readinessProbe: { ...http, initialDelaySeconds: 5, periodSeconds: 5 } });
    const life = new Life(pod, aWorld({ start: () => server(0) })).live(60_000);
    expect(life.states.at(-1)).toEqual({ second: 5.4, state: 'Ready' });
  });

  it('never makes it ready when nothing listens, and never restarts it for that', () => {
    const pod = aPod({ readinessProbe: { ...http, periodSeconds: 5 } });
    const life = new Life(pod, aWorld({ start: () => runsForEver })).live(60_000);
    expect(life.status.containerStatuses?.[0]).toMatchObject({ ready: false, restartCount: 0 });
    expect(life.secondsOf('Unhealthy')).toHaveLength(12);
    expect(life.events.find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      'Readiness probe failed: Get "http://10.244.1.2:8080/health": dial tcp 10.244.1.2:8080: connect: connection refused',
    );
    expect(life.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [app]',
      }),
    );
  });

  it('kills after the third failure in a row', () => {
    const livenessProbe = { ...http, initialDelaySeconds: 5, periodSeconds: 10 };
    const life = new Life(aPod({ livenessProbe }), aWorld({ start: () => server(0, 503) })).live(120_000);
    expect(life.secondsOf('Unhealthy').slice(0, 3)).toEqual([5.4, 15.4, 25.4]);
    expect(life.events.find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      'Liveness probe failed: HTTP probe failed with statuscode: 503',
    );
    expect(life.secondsOf('Killing', 'Container app failed liveness probe, will be restarted')[0]).toBe(25.4);
  });

  it('restarts what it killed at once until the delay exceeds the time since the exit before', () => {
    // Recorded: liveness-404 in lib/testing/recorded/kubelet, which is killed every 15 s.
    const livenessProbe = { ...http, initialDelaySeconds: 5, periodSeconds: 5 };
    const life = new Life(aPod({ livenessProbe }), aWorld({ start: () => server(0, 503) })).live(150_000);
    const killed = life.secondsOf('Killing');
    const started = life.secondsOf('Started').slice(1);
    const waits = started.map((second, index) => Math.round(second - (killed[index] ?? 0) - 0.5));
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 20, 40]);
    expect(life.states.map(({ state }) => state)).toContain('CrashLoopBackOff');
  });

  it('ends with 137 when the program ignores SIGTERM for the whole grace period', () => {
    const deaf: Run = { ...runsForEver, stop: undefined };
    const livenessProbe = { ...http, periodSeconds: 1 };
    const life = new Life(aPod({ livenessProbe }), aWorld({ start: () => deaf })).live(33_000);
    expect(life.status.containerStatuses?.[0]?.lastState.terminated?.exitCode).toBe(137);
  });

  it('suspends liveness until the startup probe has passed', () => {
    const pod = aPod({
      startupProbe: { ...http, periodSeconds: 5, failureThreshold: 20 },
      livenessProbe: { ...http, periodSeconds: 1 },
    });
    const life = new Life(pod, aWorld({ start: () => server(40_000) })).live(120_000);
    expect(life.secondsOf('Killing')).toEqual([]);
    expect(life.status.containerStatuses?.[0]).toMatchObject({ started: true, restartCount: 0 });
  });

  it('throws away the result of a probe whose port has no such name', () => {
    const pod = aPod({ livenessProbe: { tcpSocket: { port: 'nope' }, periodSeconds: 1 } });
    const life = new Life(pod, aWorld({ start: () => server(0) })).live(30_000);
    expect(life.secondsOf('Killing')).toEqual([]);
  });
});

describe('a pod that is deleted', () => {
  const deleted = (pod: Pod, graceSeconds: number): Pod => ({
    ...pod,
    metadata: {
      ...pod.metadata,
      deletionTimestamp: '2026-01-05T12:01:30Z',
      deletionGracePeriodSeconds: graceSeconds,
    },
  });

  it('gets SIGTERM, and is finished when its containers have ended', () => {
    const life = new Life(aPod(), aWorld()).live(60_000);
    life.pod = deleted(life.pod, 30);
    life.live(400);
    expect(life.events.at(-1)).toMatchObject({ reason: 'Killing', message: 'Stopping container app' });
    expect(life.finished).toBe(false);
    expect(life.live(200).finished).toBe(true);
  });

  it('is killed at the end of its grace period', () => {
    const life = new Life(aPod(), aWorld({ start: () => ({ ...runsForEver, stop: undefined }) })).live(
      60_000,
    );
    life.pod = deleted(life.pod, 5);
    expect(life.live(4900).finished).toBe(false);
    expect(life.live(200).finished).toBe(true);
    expect(life.record.containers[0]?.latestExit?.exitCode).toBe(137);
  });

  it('does not restart a container that was waiting in its back-off', () => {
    const life = new Life(aPod(), aWorld({ start: () => crashesAfter(100) })).live(25_000);
    const restarts = life.secondsOf('Started').length;
    life.pod = deleted(life.pod, 30);
    expect(life.live(60_000).finished).toBe(true);
    expect(life.secondsOf('Started')).toHaveLength(restarts);
  });
});

describe('init containers', () => {
  const withInit = aPod({}, { initContainers: [{ name: 'migrate', image: 'registry.example/migrate:1' }] });

  it('run one after the other before the main containers', () => {
    const start: World['start'] = ({ name }) => (name === 'migrate' ? crashesAfter(3000, 0) : runsForEver);
    const life = new Life(withInit, aWorld({ start })).live(30_000);
    expect(life.secondsOf('Started')[0]).toBe(0.4);
    expect(life.secondsOf('Started')[1]).toBeGreaterThanOrEqual(3.4);
    expect(life.status.phase).toBe('Running');
  });

  it('keep the pod Pending while they fail', () => {
    const start: World['start'] = ({ name }) => (name === 'migrate' ? crashesAfter(1000, 1) : runsForEver);
    const life = new Life(withInit, aWorld({ start })).live(30_000);
    expect(life.status.phase).toBe('Pending');
    expect(life.status.initContainerStatuses?.[0]?.state.waiting?.reason).toBe('CrashLoopBackOff');
    expect(life.status.containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing');
  });
});

it('keeps the transition time of a condition that does not change', () => {
  const life = new Life(aPod(), aWorld()).live(10_000);
  const before = life.status.conditions;
  expect(life.live(60_000).status.conditions).toEqual(before);
});
