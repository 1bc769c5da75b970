import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { micros } from '#lib/sandbox/client/time.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import type { ContainerLogs } from '#lib/sandbox/logs.ts';
import type { Network } from '#lib/sandbox/network.ts';
import { imageUser } from '#lib/sandbox/programs/images.ts';
import { startProgram } from '#lib/sandbox/programs/start-program.ts';
import { unitOf } from '#lib/sandbox/random.ts';
import { missingPullSecrets, pullSecretError } from '#lib/sandbox/credentials.ts';
import { pullImage } from '#lib/sandbox/registry.ts';
import { adoptedPod, keptInstances } from './adopted-pod.ts';
import { heldDisks } from './disks.ts';
import { environmentOf } from './environment.ts';
import { NodeAgent } from './node-agent.ts';
import { NodeImages } from './node-images.ts';
import { podStatus } from './pod-status.ts';
import { refusedStatus } from './refused-pod.ts';
import { withNews } from './sync.ts';
import { lastEvents } from './kill.ts';
import { freshPod, type KubeletEvent, type PodRecord, type World } from './record.ts';
import { syncPod } from './sync-pod.ts';
import { heldVolumes } from './volumes.ts';

const LEASE_MS = 10_000;

/**
 * What a pod's chances are drawn from: jitter, durations, how its programs run. Two clusters whose pods have other uids
 * but the same characters live through the same.
 */
export type CharacterOf = (pod: Pod) => string;

type Options = {
  readonly cluster: Cluster;
  readonly node: Node;
  /** Position of the node: its pod network, where the node does not say (podCIDR). */
  readonly index: number;
  readonly logs: ContainerLogs;
  readonly network: Network;
  readonly seed: string;
  /** Its node and uid when absent. */
  readonly characterOf?: CharacterOf;
};

/** One node's agent: the shell around `syncPod`. It reads caches, and writes statuses and events when they change. */
export class Kubelet {
  readonly #options: Options;
  readonly #name: string;
  readonly #hostIp: string;
  /** The first three bytes of its pods' addresses. */
  readonly #podNetwork: string;
  readonly #recorder: EventRecorder;
  readonly #queue: WorkQueue;
  readonly #agent: NodeAgent;
  /** By pod uid. */
  readonly #records = new Map<string, PodRecord>();
  readonly #images = new NodeImages();
  /** Images are pulled one at a time (serializeImagePulls). */
  #pullsFreeAt = 0;
  #lastAddress = 1;

  constructor(options: Options) {
    const { cluster, node } = options;
    this.#options = options;
    this.#name = node.metadata.name;
    this.#hostIp = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '127.0.0.1';
    this.#podNetwork = node.spec.podCIDR?.split('.').slice(0, 3).join('.') ?? `10.244.${options.index}`;
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
    const { pods } = this.#options.cluster.informers;
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
    const before = this.#judged(pod, this.#records.get(uid) ?? this.#accept(pod, world), now);
    const synced = syncPod(pod, before, world);
    this.#records.set(uid, synced.record);
    this.#keepLogs(pod, synced.record);
    for (const { image, credential } of synced.pulled) this.#images.pulled(image, credential);
    this.#pullsFreeAt = Math.max(this.#pullsFreeAt, synced.pullsUntil);
    for (const event of synced.events) this.#tell(pod, event);
    if (synced.wakeAt < Infinity) this.#queue.addAfter(key, synced.wakeAt - now);
    await this.#report(pod, synced.record, now);
    if (!synced.finished) return;
    await cluster.api.apply({ verb: 'delete', target: targetOf('Pod', pod), uid, graceSeconds: 0 });
  }

  /** A pod the node does not take, or throws out, ends at once. */
  #judged(pod: Pod, record: PodRecord, now: number): PodRecord {
    const refusal = this.#agent.refusalOf(pod);
    if (!refusal || record.eviction) return record;
    return withNews({ ...record, eviction: { ...refusal, graceMs: 0 } }, now);
  }

  #accept(pod: Pod, world: World): PodRecord {
    const adopted = adoptedPod(pod, world);
    if (!adopted?.ip) return freshPod(pod, { ip: this.#freeAddress(), now: world.now });
    for (const { spec, instances } of adopted.containers) if (instances > 0) this.#images.pulled(spec.image);
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
    const { cluster, seed, network, characterOf } = this.#options;
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
      hasImage: (image, pod) => this.#images.has(image, pod, secrets),
      pull: (image, pod) => pullImage(image, { pod, secrets, now, chance }),
      missingPullSecrets: (pod) => missingPullSecrets(pod, secrets),
      pullSecretError: (pod) => pullSecretError(pod, secrets),
      imageUser,
      heldVolumes: (pod) => [
        ...heldVolumes(pod, { configMaps, secrets }),
        ...heldDisks(pod, cluster.informers),
      ],
      environment: (pod, container, ip) => environmentOf(pod, container, { configMaps, secrets, ip }),
      start: (container, input) =>
        startProgram(container, { ...input, podUid: character ?? uid, seed, connect: network.connect }),
      pullsFreeAt: this.#pullsFreeAt,
    };
  }

  #keepLogs({ metadata: { uid } }: Pod, { containers }: PodRecord): void {
    const { logs } = this.#options;
    for (const { spec, instance, latestExit } of containers) {
      if (latestExit?.containerID) {
        const endedAt = Date.parse(latestExit.finishedAt) + 999;
        logs.marked(uid, spec.name, { containerId: latestExit.containerID, endedAt });
      }
      if (instance.kind !== 'running') continue;
      const { containerId, run, startedAt, kill } = instance;
      logs.started(uid, spec.name, { containerId, run, startedAt });
      if (kill) logs.marked(uid, spec.name, { containerId, termAt: kill.termAt });
    }
  }

  #tell(pod: Pod, { type, reason, message, fieldPath, isOfNode }: KubeletEvent): void {
    const { node } = this.#options;
    // The kubelet's references to its node carry the name as the uid.
    const self = { ...node, metadata: { ...node.metadata, uid: this.#name } };
    const about = isOfNode
      ? ({ kind: 'Node', object: self } as const)
      : ({ kind: 'Pod', object: pod, ...(fieldPath ? { fieldPath } : {}) } as const);
    this.#recorder.record({ verb: 'event', about, type, reason, message });
  }

  /** The object is gone. What still runs (it was deleted by force) is killed all the same. */
  #drop(pod: Pod): void {
    const { uid } = pod.metadata;
    this.#agent.forget(pod);
    const record = this.#records.get(uid);
    if (!record) return;
    for (const event of lastEvents(record)) this.#tell(pod, event);
    this.#records.delete(uid);
    this.#options.logs.forget(uid);
  }

  #freeAddress(): string {
    const used = new Set([...this.#records.values()].map(({ ip }) => ip));
    for (let tries = 0; tries < 253; tries++) {
      this.#lastAddress = this.#lastAddress >= 254 ? 2 : this.#lastAddress + 1;
      const ip = `${this.#podNetwork}.${this.#lastAddress}`;
      if (!used.has(ip)) return ip;
    }
    return `${this.#podNetwork}.254`;
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
