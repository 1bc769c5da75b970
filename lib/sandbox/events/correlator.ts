import { Recent } from './recent.ts';

/**
 * What client-go does to events before they are sent
 * (https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/client-go/tools/record/events_cache.go):
 * aggregate similar ones, count identical ones, and hold back a source that talks too much about one object.
 */
export type EventFacts = {
  /** Component, host and involved object, without the field path. */
  readonly sourceAndObject: string;
  readonly fieldPath: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
};

/** What is to be written, unless it is held back. */
export type Correlated = {
  readonly key: string;
  readonly message: string;
  readonly count: number;
  readonly firstAt: number;
  /** The source has talked too much about the object. */
  readonly isHeldBack: boolean;
};

const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;

/** One per event source. Times are epoch ms. */
export class EventCorrelator {
  readonly #similar = new Recent<{ readonly messages: Set<string>; lastAt: number }>();
  readonly #seen = new Recent<{ count: number; readonly firstAt: number }>();
  readonly #tokens = new Recent<{ left: number; filledAt: number }>();

  /** Events held back still count, so that the next one that passes carries the true number. */
  correlate(event: EventFacts, now: number): Correlated {
    const { key, message } = this.#aggregate(event, now);
    const before = this.#seen.get(key);
    const seen = { count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? now };
    this.#seen.set(key, seen, now);
    const isHeldBack = !this.#takeToken(`${event.sourceAndObject}|${event.type}`, now);
    return { key, message, ...seen, isHeldBack };
  }

  #aggregate(event: EventFacts, now: number): { key: string; message: string } {
    const own = [event.sourceAndObject, event.fieldPath, event.type, event.reason, event.message].join('|');
    const group = [event.sourceAndObject, event.type, event.reason].join('|');
    const found = this.#similar.get(group);
    const record =
      found && now - found.lastAt <= SIMILAR_WINDOW_MS ? found : { messages: new Set<string>(), lastAt: now };
    record.messages.add(event.message);
    record.lastAt = now;
    this.#similar.set(group, record, now);
    if (record.messages.size < SIMILAR_LIMIT) return { key: own, message: event.message };
    for (const any of record.messages) {
      record.messages.delete(any); // keeps the set at its limit, as PopAny does upstream
      break;
    }
    return { key: group, message: `(combined from similar events): ${event.message}` };
  }

  #takeToken(bucket: string, now: number): boolean {
    const { left, filledAt } = this.#tokens.get(bucket) ?? { left: BURST, filledAt: now };
    const filled = Math.min(BURST, left + (now - filledAt) / REFILL_MS);
    const taken = filled >= 1;
    this.#tokens.set(bucket, { left: taken ? filled - 1 : filled, filledAt: now }, now);
    return taken;
  }
}
