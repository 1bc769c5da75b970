import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import { quantity } from '#lib/sandbox/quantity.ts';
import { hasEnded } from '#lib/sandbox/scheduler/snapshot.ts';
import { evictionMessage, nextVictim, pressureRefusal, starvedResource, type Usage } from './eviction.ts';
import { nodeReport, STATUS_REPORT_MS } from './node-status.ts';
import { isKubeletStopped, pressuresOn, type Pressure } from './node-wishes.ts';
import { admissionRefusal, type Refused } from './pod-admission.ts';

/** The eviction manager looks this often (eviction monitoring interval). */
const MONITOR_MS = 10_000;
/** A pressure counts as present for this long after it was last seen (evictionPressureTransitionPeriod). */
const TRANSITION_MS = 300_000;

type Options = {
  readonly cluster: Cluster;
  readonly name: string;
  readonly recorder: EventRecorder;
  /** In [0, 1), a pure function of its keys: how much a container that says nothing of it uses. */
  readonly chanceOf: (pod: Pod) => (...keys: readonly (string | number)[]) => number;
  /** Something concerning this pod changed here: its sync is due. */
  readonly look: (pod: Pod) => void;
};

/** What a kubelet does for its node rather than for one pod: status, pressure, evictions, admission. */
export class NodeAgent {
  readonly #options: Options;
  readonly #queue: WorkQueue;
  /** Pods that have to end, by uid. */
  readonly #refused = new Map<string, Refused>();
  readonly #admitted = new Set<string>();
  readonly #pressedAt = new Map<Pressure, number>();

  constructor(options: Options) {
    this.#options = options;
    const { clock, activity, report } = options.cluster;
    this.#queue = new WorkQueue({ clock, activity, report, process: () => this.#pass() });
  }

  start(): void {
    const { cluster, name } = this.#options;
    cluster.informers.nodes.subscribe(({ object, previous, deleted }) => {
      if (object.metadata.name !== name || deleted) return;
      if (isKubeletStopped(previous) && !isKubeletStopped(object))
        for (const pod of this.#pods()) this.#options.look(pod);
      this.#queue.add(name);
    });
    this.#queue.add(name);
  }

  get isStopped(): boolean {
    return isKubeletStopped(this.#node());
  }

  /** Why the pod has to end: it does not fit, or it was evicted. Decided once, when the pod is first seen. */
  refusalOf(pod: Pod): Refused | undefined {
    const { uid } = pod.metadata;
    const known = this.#refused.get(uid);
    if (known || this.#admitted.has(uid)) return known;
    const { phase, reason, message = '' } = pod.status ?? {};
    if (phase === 'Failed' && reason) {
      // Before this kubelet was started: a pod that was thrown out stays out.
      this.#refused.set(uid, { reason, message });
      return this.#refused.get(uid);
    }
    const node = this.#node();
    const others = () => this.#pods().filter(({ metadata }) => this.#admitted.has(metadata.uid));
    const isNew = !hasEnded(pod) && !pod.status?.startTime && node !== undefined;
    const refused = isNew
      ? (pressureRefusal(pod, this.#pressures(node)) ?? admissionRefusal(pod, node, others()))
      : undefined;
    if (refused) this.#refuse(pod, refused, 'Pod was rejected: ');
    else this.#admitted.add(uid);
    return this.#refused.get(uid);
  }

  forget({ metadata: { uid } }: Pod): void {
    this.#refused.delete(uid);
    this.#admitted.delete(uid);
  }

  /** Only the status carries the prefix (kubelet.go, rejectPod). */
  #refuse(pod: Pod, refused: Refused, prefix = ''): void {
    this.#refused.set(pod.metadata.uid, { ...refused, message: prefix + refused.message });
    this.#admitted.delete(pod.metadata.uid);
    const about = { kind: 'Pod', object: pod } as const;
    this.#options.recorder.record({ verb: 'event', about, type: 'Warning', ...refused });
  }

  #node(): Node | undefined {
    return this.#options.cluster.informers.nodes.get(undefined, this.#options.name);
  }

  /** Those that have not ended. */
  #pods(): readonly Pod[] {
    const { cluster, name } = this.#options;
    return cluster.podsOnNodes.on(name).filter((pod) => !hasEnded(pod));
  }

  #pressures(node: Node): readonly Pressure[] {
    const now = this.#options.cluster.clock.now();
    const wished = pressuresOn(node);
    for (const pressure of wished) this.#pressedAt.set(pressure, now);
    return [...this.#pressedAt].filter(([, at]) => now - at < TRANSITION_MS).map(([pressure]) => pressure);
  }

  async #pass(): Promise<void> {
    const { cluster, name } = this.#options;
    const node = this.#node();
    if (!node || isKubeletStopped(node)) return;
    const now = cluster.clock.now();
    const pressures = this.#pressures(node);
    this.#queue.addAfter(name, pressures.length > 0 ? MONITOR_MS : STATUS_REPORT_MS);
    await this.#report(node, pressures, now);
    this.#evict(node, pressuresOn(node));
  }

  async #report(node: Node, pressures: readonly Pressure[], now: number): Promise<void> {
    const { cluster, recorder } = this.#options;
    const { conditions, events } = nodeReport(node, pressures, now);
    const target = targetOf('Node', node);
    if (conditions) {
      await cluster.api.apply({
        verb: 'merge',
        target,
        subresource: 'status',
        patch: { status: { conditions } },
      });
    }
    for (const reason of events)
      this.#sayOfNode(recorder, node, {
        reason,
        type: 'Normal',
        message: `Node ${node.metadata.name} status is now: ${reason}`,
      });
  }

  /** At most one pod per look, as long as the pressure lasts. */
  #evict(node: Node, pressures: readonly Pressure[]): void {
    const { recorder } = this.#options;
    const resource = starvedResource(pressures);
    if (!resource) return;
    this.#sayOfNode(recorder, node, {
      reason: 'EvictionThresholdMet',
      type: 'Warning',
      message: `Attempting to reclaim ${resource}`,
    });
    const candidates = this.#pods().filter(({ metadata }) => !this.#refused.has(metadata.uid));
    const victim = nextVictim(candidates, resource, this.#usage);
    if (!victim) return;
    const message = evictionMessage(victim, resource, { usage: this.#usage, node });
    this.#refuse(victim, { reason: 'Evicted', message });
    this.#options.look(victim);
  }

  #sayOfNode(
    recorder: EventRecorder,
    node: Node,
    event: { readonly reason: string; readonly message: string; readonly type: 'Normal' | 'Warning' },
  ): void {
    recorder.record({ verb: 'event', about: { kind: 'Node', object: node }, ...event });
  }

  /** What an annotation of the pod says (`sandbox.local/ephemeral-storage=12Gi`), otherwise something modest. */
  readonly #usage: Usage = (pod, container, resource) => {
    const { metadata } = pod;
    const said = metadata.annotations?.[`sandbox.local/${resource}`];
    if (said) return quantity(said);
    const share = this.#options.chanceOf(pod)(metadata.uid, container, resource);
    return Math.floor((24 + 200 * share) * 2 ** 8) * 4096;
  };
}
