import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import type { Run } from '#lib/sandbox/programs/program.ts';
import { podStatus } from './pod-status.ts';
import { freshPod, type KubeletEvent, type PodRecord, type World } from './record.ts';
import { syncPod } from './sync-pod.ts';

export const START = Date.UTC(2026, 0, 5, 12);
export const runsForEver: Run = {
  listeners: [],
  lines: [],
  steadyFromMs: 0,
  stop: { afterMs: 500, code: 0 },
};
export const crashesAfter = (afterMs: number, code = 1): Run => ({ ...runsForEver, exit: { afterMs, code } });

export const aPod = (container: Partial<ContainerSpec> = {}, pod: Partial<Pod['spec']> = {}): Pod => ({
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

export const aWorld = (world: Partial<World> = {}): Omit<World, 'now'> => ({
  hasImage: () => true,
  pull: () => ({ tookMs: 1000, bytes: 1, digest: 'sha256:0' }),
  pullsFreeAt: 0,
  missingPullSecrets: () => [],
  pullSecretError: () => undefined,
  imageUser: () => ({ uid: 0 }),
  heldVolumes: () => [],
  environment: () => ({ env: {} }),
  start: () => runsForEver,
  chance: () => 0,
  ...world,
});

/** For tests: one pod lived through on a table, without a cluster; it wakes only when it asks to be woken. */
export class PodLife {
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
    this.record = freshPod(pod, { ip: '10.244.1.2', now: START });
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

  /** The pod as somebody deletes it now. */
  delete(graceSeconds = 30): this {
    const deletionTimestamp = new Date(this.now + graceSeconds * 1000).toISOString();
    const metadata = { ...this.pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds };
    this.pod = { ...this.pod, metadata };
    return this;
  }

  /** Reason and message of all events, in order. */
  get said(): readonly string[] {
    return this.events.map(({ reason, message }) => `${reason}: ${message}`);
  }

  container(name = 'app') {
    const {
      initContainerStatuses = [],
      containerStatuses = [],
      ephemeralContainerStatuses = [],
    } = this.status;
    const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
    return all.find((each) => each.name === name);
  }

  secondsOf(reason: string, message = ''): number[] {
    return this.events
      .filter((event) => event.reason === reason && event.message.includes(message))
      .map(({ second }) => second);
  }

  /** When one container was started. */
  startsOf(name: string): number[] {
    return this.events
      .filter(({ reason, fieldPath = '' }) => reason === 'Started' && fieldPath.endsWith(`{${name}}`))
      .map(({ second }) => second);
  }
}
