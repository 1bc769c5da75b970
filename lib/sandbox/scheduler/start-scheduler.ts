import type { Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { SeriesRecorder } from '#lib/sandbox/events/series-recorder.ts';
import { isBound } from '#lib/sandbox/storage/match-volume.ts';
import { truncated } from './fit-error.ts';
import { placement, type Placement } from './fit.ts';
import { bindPod, evictVictim, markRefused, nominate, startClaims, type Refusal } from './pod-writes.ts';
import { PodsByNode } from './pods-by-node.ts';
import { hasEnded, type Snapshot } from './snapshot.ts';
import { claimNames } from './volume-binding.ts';
import { wakesOn, type ClusterEvent } from './wake.ts';

const NAME = 'default-scheduler';
/** Unschedulable pods are tried again after this long even if nothing happened. */
const FLUSH_MS = 300_000;
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 10_000;
/** How long claims may take to be bound once a node is chosen (VolumeBinding's bindTimeoutSeconds). */
const CLAIMS_TIMEOUT_MS = 600_000;

/** A pod's history here: how often it was refused, when, and why. */
type Attempt = { readonly count: number; readonly at: number; readonly reasons: readonly string[] };

/** Binds pods to nodes; what does not fit is tried again when the cluster changes in its favour, or after 5 minutes. */
export function startScheduler(cluster: Cluster): void {
  new Scheduler(cluster).start();
}

class Scheduler {
  readonly #cluster: Cluster;
  readonly #recorder: SeriesRecorder;
  readonly #queue: WorkQueue;
  readonly #placed: PodsByNode;
  readonly #attempts = new Map<string, Attempt>();
  /** Pods whose node is chosen and whose claims are not bound yet. */
  readonly #awaitingClaims = new Map<string, { readonly node: string; readonly since: number }>();

  constructor(cluster: Cluster) {
    const { clock, activity, report } = cluster;
    this.#cluster = cluster;
    this.#recorder = new SeriesRecorder({ cluster, component: NAME });
    this.#queue = new WorkQueue({ clock, activity, report, process: (key) => this.#schedule(key) });
    this.#placed = new PodsByNode(cluster.informers.pods);
  }

  start(): void {
    const { pods, nodes, claims, volumes, storageClasses } = this.#cluster.informers;
    pods.subscribe(({ object, previous, deleted }) => {
      if (deleted || (hasEnded(object) && previous && !hasEnded(previous))) this.#wake('pod-removed');
      else if (object.spec.nodeName && !previous?.spec.nodeName) this.#wake('pod-added');
      // Status changes, our own condition among them, are no reason to try again.
      else if (isWaiting(object) && (!previous || !isWaiting(previous))) this.#queue.add(keyOf(object));
    });
    nodes.subscribe(({ object: node, previous: before }) => {
      const isSame =
        same(node.spec, before?.spec) &&
        same(node.metadata.labels, before?.metadata.labels) &&
        same(node.status?.allocatable, before?.status?.allocatable);
      if (!isSame) this.#wake('node');
    });
    for (const cache of [claims, volumes, storageClasses]) cache.subscribe(() => this.#wake('storage'));
  }

  async #schedule(key: string): Promise<void> {
    const [namespace, name = ''] = key.split('/');
    const pod = this.#cluster.informers.pods.get(namespace, name);
    if (!pod || !isWaiting(pod)) {
      this.#attempts.delete(key);
      this.#awaitingClaims.delete(key);
      return;
    }
    if (await this.#continueBinding(key, pod)) return;
    const placed = placement(pod, this.#snapshot(pod));
    if ('node' in placed) await this.#bind(key, pod, placed);
    else await this.#refuse(key, pod, placed);
  }

  async #bind(key: string, pod: Pod, { node, claims }: Extract<Placement, { node: string }>): Promise<void> {
    if (claims.bind.length + claims.provision.length > 0) {
      this.#awaitingClaims.set(key, { node, since: this.#cluster.clock.now() });
      await nominate(this.#cluster, pod, node);
      await startClaims(this.#cluster, claims, node);
      this.#queue.addAfter(key, CLAIMS_TIMEOUT_MS);
      return;
    }
    await bindPod(this.#cluster, pod, node);
    this.#placed.assume(pod, node);
    this.#attempts.delete(key);
    const message = `Successfully assigned ${key} to ${node}`;
    this.#recorder.record({ object: pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', message });
  }

  /** Whether the pod has its node and there is nothing to decide. */
  async #continueBinding(key: string, pod: Pod): Promise<boolean> {
    const awaiting = this.#awaitingClaims.get(key);
    if (!awaiting) return false;
    const { informers, clock } = this.#cluster;
    const claims = claimNames(pod).map((name) => informers.claims.get(pod.metadata.namespace, name));
    if (claims.every((claim) => claim && isBound(claim))) {
      this.#awaitingClaims.delete(key);
      await this.#bind(key, pod, { node: awaiting.node, claims: { bind: [], provision: [] } });
      return true;
    }
    if (claims.some((claim) => !claim)) {
      this.#awaitingClaims.delete(key);
      return false;
    }
    if (clock.now() - awaiting.since < CLAIMS_TIMEOUT_MS) return true;
    this.#awaitingClaims.delete(key);
    const message = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded';
    await this.#say(key, pod, { reason: 'SchedulerError', message, reasons: [message] });
    return true;
  }

  async #refuse(key: string, pod: Pod, refused: Exclude<Placement, { node: string }>): Promise<void> {
    const { message, reasons, preempt } = refused;
    await this.#say(key, pod, { reason: 'Unschedulable', message, reasons, nominated: preempt?.node });
    for (const victim of preempt?.victims ?? []) {
      if (victim.metadata.deletionTimestamp) continue;
      await evictVictim(this.#cluster, victim, NAME);
      this.#recorder.record({
        object: victim,
        related: pod,
        type: 'Normal',
        reason: 'Preempted',
        action: 'Preempting',
        message: `Preempted by pod ${pod.metadata.uid} on node ${preempt?.node ?? ''}`,
      });
    }
  }

  async #say(
    key: string,
    pod: Pod,
    refusal: Refusal & { readonly reasons: readonly string[]; readonly nominated?: string },
  ): Promise<void> {
    const count = (this.#attempts.get(key)?.count ?? 0) + 1;
    this.#attempts.set(key, { count, at: this.#cluster.clock.now(), reasons: refusal.reasons });
    this.#recorder.record({
      object: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message: truncated(refusal.message),
    });
    this.#queue.addAfter(key, FLUSH_MS);
    await markRefused(this.#cluster, pod, refusal);
  }

  #wake(event: ClusterEvent): void {
    const now = this.#cluster.clock.now();
    for (const [key, { count, at, reasons }] of this.#attempts) {
      if (!wakesOn(event, reasons)) continue;
      const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (count - 1));
      this.#queue.addAfter(key, Math.max(0, at + backOff - now));
    }
    if (event === 'storage') for (const key of this.#awaitingClaims.keys()) this.#queue.add(key);
  }

  #snapshot(pod: Pod): Snapshot {
    const { nodes, claims, volumes, storageClasses, namespaces, disruptionBudgets } = this.#cluster.informers;
    return {
      nodes: nodes.list().map((node) => ({ node, pods: this.#placed.on(node.metadata.name, pod) })),
      storage: {
        claim: (namespace, name) => claims.get(namespace, name),
        volume: (name) => volumes.get(undefined, name),
        volumes: () => volumes.list(),
        storageClass: (name) => storageClasses.get(undefined, name),
      },
      namespaceLabels: (name) => namespaces.get(undefined, name)?.metadata.labels ?? {},
      budgets: disruptionBudgets.list(),
    };
  }
}

const keyOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Ours to place: no node yet, nobody's gate closed. Other schedulers' pods are left alone, silently. */
const isWaiting = ({ spec, metadata }: Pod): boolean =>
  !spec.nodeName &&
  !metadata.deletionTimestamp &&
  (spec.schedulingGates ?? []).length === 0 &&
  (spec.schedulerName ?? NAME) === NAME;
