import { ApiFailure, type ApiClient } from '#lib/sandbox/client/api-client.ts';
import type { Activity } from '#lib/sandbox/client/activity.ts';
import { objectPath, RESOURCES } from '#lib/sandbox/client/kinds.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import type { EventDraft } from '#lib/sandbox/client/write.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import type { Random } from '#lib/sandbox/random.ts';
import { EventCorrelator, type Correlated } from './correlator.ts';
import { Recent } from './recent.ts';

type Options = {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly random: Random;
  readonly component: string;
  readonly host?: string;
};

/** Writes one source's events: created once, then patched with a growing count. Never fails its caller. */
export class EventRecorder {
  readonly #options: Options;
  readonly #correlator = new EventCorrelator();
  readonly #names = new Recent<string>();
  /** Writes in order: a patch must not overtake the creation it counts on. */
  #tail: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  record(event: EventDraft): void {
    const { clock, component, host = '', activity } = this.#options;
    const { kind, object, fieldPath = '' } = event.about;
    const now = clock.now();
    const correlated = this.#correlator.correlate(
      {
        sourceAndObject: [
          component,
          host,
          kind,
          object.metadata.namespace,
          object.metadata.name,
          object.metadata.uid,
        ].join('|'),
        fieldPath,
        type: event.type,
        reason: event.reason,
        message: event.message,
      },
      now,
    );
    // An event has the name of its first occurrence, whether that was written or held back.
    if (correlated.count === 1 || this.#names.get(correlated.key) === undefined) {
      const name = `${object.metadata.name}.${eventSuffix(now, this.#options.random)}`;
      this.#names.set(correlated.key, name, now);
    }
    if (correlated.isHeldBack) return;
    this.#tail = this.#tail.then(() => this.#write(event, correlated, now)).catch(() => undefined);
    activity.track(this.#tail);
  }

  /** A repetition patches the event; where that has run out of its hour it is created again, with all it had counted. */
  async #write(event: EventDraft, correlated: Correlated, now: number): Promise<void> {
    const name = this.#names.get(correlated.key) ?? '';
    if (correlated.count === 1) return this.#create(event, { ...correlated, name }, now);
    const { namespace = 'default' } = event.about.object.metadata;
    try {
      await this.#options.api.send('PATCH', objectPath({ kind: 'Event', namespace, name }), {
        count: correlated.count,
        lastTimestamp: seconds(now),
        message: correlated.message,
      });
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status !== 404) throw error;
      await this.#create(event, { ...correlated, name }, now);
    }
  }

  async #create(
    event: EventDraft,
    { name: eventName, message, count, firstAt }: Correlated & { name: string },
    now: number,
  ): Promise<void> {
    const { api, component, host } = this.#options;
    const { kind, object, fieldPath } = event.about;
    const { namespace = 'default', name, uid, resourceVersion } = object.metadata;
    await api.apply({
      verb: 'create',
      object: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          apiVersion: RESOURCES[kind].apiVersion,
          kind,
          name,
          ...(object.metadata.namespace ? { namespace } : {}),
          uid,
          resourceVersion,
          ...(fieldPath ? { fieldPath } : {}),
        },
        type: event.type,
        reason: event.reason,
        message,
        count,
        firstTimestamp: seconds(firstAt),
        lastTimestamp: seconds(now),
        eventTime: null,
        source: { component, ...(host ? { host } : {}) },
        reportingComponent: component,
        reportingInstance: host ?? '',
      },
    });
  }
}

/** `<pod>.<unix nanoseconds in hex>`, as client-go names events; our clock has milliseconds, the rest is drawn. */
export function eventSuffix(now: number, random: Random): string {
  return (BigInt(now) * 1_000_000n + BigInt(random.below(1_000_000))).toString(16);
}
