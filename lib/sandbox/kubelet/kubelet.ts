import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { micros } from '#lib/sandbox/client/time.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import type { ContainerLogs } from '#lib/sandbox/logs.ts';
import { startProgram } from '#lib/sandbox/programs/start-program.ts';
import { unitOf } from '#lib/sandbox/random.ts';
import { missingPullSecrets, pullImage } from '#lib/sandbox/registry.ts';
import { adoptedPod, keptInstances } from './adopted-pod.ts';
import { heldDisks } from './disks.ts';
import { environmentOf } from './environment.ts';
import { NodeAgent } from './node-agent.ts';
import { podStatus } from './pod-status.ts';
import { refusedPod, refusedStatus } from './refused-pod.ts';
import { freshPod, type PodRecord, type World } from './record.ts';
import { syncPod } from './sync-pod.ts';

const LEASE_MS = 10_000;
const DISK_RETRY_MS = 10_000;

/**
 * What a pod's chances are drawn from: jitter, durations, how its programs run. Two clusters whose pods have other uids
 * but the same characters live through the same.
 */
export type CharacterOf = (pod: Pod) => string;

type Options = {
  readonly cluster: Cluster;
  readonly node: Node;
  /** Position of the node: gives it its pod network. */
  readonly index: number;
  readonly logs: ContainerLogs;
  readonly seed: string;
  /** Its node and uid when absent. */
  readonly characterOf?: CharacterOf;
};

/** One node's agent: the shell around `syncPod`. It reads caches, and writes statuses and events when they change. */
export class Kubelet {
  readonly #options: Options;
  readonly #name: string;
  readonly #hostIp: string;
  readonly #recorder: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #agent: NodeAgent;
  /** By pod uid. */
  readonly #records = new Map<string, PodRecord>();
  readonly #images = new Set<string>();
  /** Pods whose disks are not there yet, by uid. */
  readonly #waiting = new Set<string>();
  #lastAddress = 1;

  constructor(options: Options) {
    const { cluster, node } = options;
    this.#options = options;
    this.#name = node.metadata.name;
    this.#hostIp = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1';
    this.#recorder = cluster.recorder('kubelet', this.#name);
    const { clock, activity, report } = cluster;
    this.#queue = new WorkQueue({ clock, activity, report, process: (key) => this.#process(key) });
    this.#agent = new NodeAgent({
      cluster,
      name: this.#name,
      recorder: this.#recorder,
      chanceOf: (pod) => this.#world(pod, cluster.clock.now()).chance,
      look: (pod) => this.#look(pod),
    });
  }

  start(signal: AbortSignal): void {
    const { pods, attachments, claims } = this.#options.cluster.informers;
    const lookAtWaiting = () => {
      if (this.#waiting.size === 0) return;
      for (const pod of pods.list()) if (this.#waiting.has(pod.metadata.uid)) this.#look(pod);
    };
    attachments.subscribe(lookAtWaiting);
    claims.subscribe(lookAtWaiting);
    pods.subscribe(({ object, deleted }) => {
      if (deleted) this.#drop(object);
      else this.#look(object);
    });
    for (const pod of pods.list()) this.#look(pod);
    this.#renewLease(signal);
    this.#agent.start();
  }

  #look({ spec, metadata }: Pod): void {
    if (spec.nodeName === this.#name) this.#queue.add(`${metadata.namespace ?? ''}/${metadata.name}`);
  }

  async #process(key: string): Promise<void> {
    const { cluster } = this.#options;
    const [namespace, name = ''] = key.split('/');
    const pod = cluster.informers.pods.get(namespace, name);
    if (!pod || pod.spec.nodeName !== this.#name || this.#agent.isStopped) return;
    const now = cluster.clock.now();
    const { uid } = pod.metadata;
    const world = this.#world(pod, now);
    const refusal = this.#agent.refusalOf(pod);
    const before = this.#afterDisks(pod, this.#records.get(uid) ?? this.#accept(pod, world), now);
    const synced = syncPod(refusal ? refusedPod(pod, now) : pod, before, world);
    this.#records.set(uid, synced.record);
    this.#keepLogs(pod, synced.record);
    this.#keepImages(synced.record);
    for (const { type, reason, message, fieldPath } of synced.events) {
      this.#recorder.record({
        verb: 'event',
        about: { kind: 'Pod', object: pod, fieldPath },
        type,
        reason,
        message,
      });
    }
    if (synced.wakeAt < Infinity) this.#queue.addAfter(key, synced.wakeAt - now);
    await this.#report(pod, synced.record, now);
    if (!synced.finished || !pod.metadata.deletionTimestamp) return;
    await cluster.api.apply({ verb: 'delete', target: targetOf('Pod', pod), uid, graceSeconds: 0 });
  }

  /** No sandbox before the disks are there; afterwards nobody looks at them again. */
  #afterDisks(pod: Pod, record: PodRecord, now: number): PodRecord {
    const isNew = record.containers.every(({ state }) => state.kind === 'fresh');
    const held = isNew ? heldDisks(pod, this.#options.cluster.informers) : [];
    if (held.length === 0)
      return this.#waiting.delete(pod.metadata.uid) ? { ...record, sandboxReadyAt: now + 500 } : record;
    this.#waiting.add(pod.metadata.uid);
    const about = { kind: 'Pod', object: pod } as const;
    for (const { volume, error } of held) {
      if (error === undefined) continue;
      const message = `MountVolume.SetUp failed for volume "${volume}" : ${error}`;
      this.#recorder.record({ verb: 'event', about, type: 'Warning', reason: 'FailedMount', message });
    }
    return { ...record, sandboxReadyAt: now + DISK_RETRY_MS };
  }

  #accept(pod: Pod, world: World): PodRecord {
    const { now, chance } = world;
    const adopted = adoptedPod(pod, world);
    if (!adopted) return freshPod(pod, { ip: this.#freeAddress(), now, chance });
    for (const { container, endedAt, ...instance } of keptInstances(pod, adopted, world)) {
      this.#options.logs.started(pod.metadata.uid, container, instance);
      this.#options.logs.marked(pod.metadata.uid, container, { containerId: instance.containerId, endedAt });
    }
    return adopted;
  }

  async #report(pod: Pod, record: PodRecord, now: number): Promise<void> {
    const refusal = this.#agent.refusalOf(pod);
    const reported = podStatus(pod, record, { now, hostIp: this.#hostIp });
    const status = refusal ? refusedStatus(reported, refusal, now) : reported;
    const current: Readonly<Record<string, unknown>> = { ...pod.status };
    if (Object.entries(status).every(([field, value]) => same(value, current[field]))) return;
    await this.#options.cluster.api.apply({
      verb: 'merge',
      target: targetOf('Pod', pod),
      subresource: 'status',
      patch: { metadata: { uid: pod.metadata.uid }, status },
    });
  }

  #world(subject: Pod, now: number): World {
    const { cluster, seed, characterOf } = this.#options;
    const { configMaps, secrets } = cluster.informers;
    const { uid } = subject.metadata;
    const character = characterOf?.(subject);
    const chance: World['chance'] =
      character === undefined
        ? (...keys) => unitOf(seed, this.#name, ...keys)
        : (...keys) => unitOf(seed, ...keys.map((key) => (key === uid ? character : key)));
    return {
      now,
      chance,
      hasImage: (image) => this.#images.has(image),
      pull: (image, pod) => pullImage(image, { pod, secrets, chance }),
      missingPullSecrets: (pod) => missingPullSecrets(pod, secrets),
      environment: (pod, container, ip) => environmentOf(pod, container, { configMaps, secrets, ip }),
      start: (container, input) => startProgram(container, { ...input, podUid: character ?? uid, seed }),
    };
  }

  #keepLogs({ metadata: { uid } }: Pod, { containers }: PodRecord): void {
    const { logs } = this.#options;
    for (const { spec, state, latestExit } of containers) {
      if (state.kind === 'running') {
        const { containerId, run, startedAt, kill } = state;
        logs.started(uid, spec.name, { containerId, run, startedAt });
        if (kill) logs.marked(uid, spec.name, { containerId, termAt: kill.termAt });
      } else if (latestExit?.containerID) {
        const endedAt = Date.parse(latestExit.finishedAt) + 999;
        logs.marked(uid, spec.name, { containerId: latestExit.containerID, endedAt });
      }
    }
  }

  #keepImages({ containers }: PodRecord): void {
    for (const { spec, instances } of containers) if (instances > 0) this.#images.add(spec.image);
  }

  #drop(pod: Pod): void {
    const { uid } = pod.metadata;
    this.#agent.forget(pod);
    this.#waiting.delete(uid);
    if (this.#records.delete(uid)) this.#options.logs.forget(uid);
  }

  #freeAddress(): string {
    const used = new Set([...this.#records.values()].map(({ ip }) => ip));
    for (let tries = 0; tries < 253; tries++) {
      this.#lastAddress = this.#lastAddress >= 254 ? 2 : this.#lastAddress + 1;
      const ip = `10.244.${this.#options.index}.${this.#lastAddress}`;
      if (!used.has(ip)) return ip;
    }
    return `10.244.${this.#options.index}.254`;
  }

  #renewLease(signal: AbortSignal): void {
    if (signal.aborted) return;
    const { clock, activity } = this.#options.cluster;
    if (!this.#agent.isStopped) activity.track(this.#writeLease());
    clock.after(LEASE_MS, () => this.#renewLease(signal));
  }

  async #writeLease(): Promise<void> {
    const { api, clock } = this.#options.cluster;
    const metadata = { name: this.#name, namespace: 'kube-node-lease' };
    const spec = { holderIdentity: this.#name, leaseDurationSeconds: 40, renewTime: micros(clock.now()) };
    const target = { kind: 'Lease', ...metadata } as const;
    try {
      await api.apply({ verb: 'merge', target, patch: { spec } });
    } catch {
      const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec } as const;
      await api.apply({ verb: 'create', object });
    }
  }
}
