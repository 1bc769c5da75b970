import { objectPath, RESOURCES } from '#lib/sandbox/client/kinds.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { micros } from '#lib/sandbox/client/time.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { Random } from '#lib/sandbox/random.ts';
import { eventSuffix } from './event-recorder.ts';
import { Recent } from './recent.ts';

export type SeriesEvent = {
  readonly object: Pod;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly message: string;
  /** The other party, e.g. the pod that preempted this one. */
  readonly related?: Pod;
};

type Series = { readonly name: string; count: number; reportedAt: number };

/** Repeats after the second are only reported every so often (client-go/tools/events, finishTime). */
const REPORT_EVERY_MS = 360_000;

/**
 * The scheduler's recorder (events.k8s.io): `eventTime` is set, first/lastTimestamp are null, there is no count, and
 * repeats turn the event into a `series`.
 */
export class SeriesRecorder {
  readonly #cluster: Cluster;
  readonly #component: string;
  readonly #random: Random;
  readonly #series = new Recent<Series>();
  #tail: Promise<void> = Promise.resolve();

  constructor({ cluster, component }: { cluster: Cluster; component: string }) {
    this.#cluster = cluster;
    this.#component = component;
    this.#random = cluster.random.fork(component);
  }

  record(event: SeriesEvent): void {
    const now = this.#cluster.clock.now();
    // The version is part of it (client-go/tools/events, getKey): a pod that changed begins a new event.
    const { uid, resourceVersion } = event.object.metadata;
    const key = [uid, resourceVersion, event.type, event.reason, event.action].join('|');
    const series = this.#series.get(key);
    if (!series || now - series.reportedAt > 2 * REPORT_EVERY_MS) {
      const name = `${event.object.metadata.name}.${eventSuffix(now, this.#random)}`;
      this.#series.set(key, { name, count: 1, reportedAt: now }, now);
      this.#enqueue(() => this.#create(event, name, now));
      return;
    }
    series.count += 1;
    if (series.count > 2 && now - series.reportedAt < REPORT_EVERY_MS) return;
    series.reportedAt = now;
    const { name, count } = series;
    this.#enqueue(() => this.#extend(event, { name, count, now }));
  }

  #enqueue(write: () => Promise<unknown>): void {
    this.#tail = this.#tail.then(write).then(
      () => undefined,
      () => undefined,
    );
    this.#cluster.activity.track(this.#tail);
  }

  async #extend({ object }: SeriesEvent, { name, count, now }: { name: string; count: number; now: number }) {
    const path = objectPath({ kind: 'Event', namespace: object.metadata.namespace, name });
    await this.#cluster.api.send('PATCH', path, { series: { count, lastObservedTime: micros(now) } });
  }

  async #create(event: SeriesEvent, name: string, now: number): Promise<void> {
    const { object, type, reason, action, message, related } = event;
    const { metadata } = object;
    await this.#cluster.api.apply({
      verb: 'create',
      object: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: metadata.namespace },
        involvedObject: referenceTo(object),
        ...(related ? { related: referenceTo(related) } : {}),
        type,
        reason,
        action,
        message,
        eventTime: micros(now),
        firstTimestamp: null,
        lastTimestamp: null,
        source: {},
        reportingComponent: this.#component,
        reportingInstance: `${this.#component}-control-plane`,
      },
    });
  }
}

function referenceTo({ metadata: { name, namespace, uid, resourceVersion } }: Pod) {
  return { apiVersion: RESOURCES.Pod.apiVersion, kind: 'Pod', name, namespace, uid, resourceVersion };
}
