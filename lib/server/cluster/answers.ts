import type { Listing, Lookup } from '#lib/diagnosis/diagnosis-input.ts';
import type { Reference } from '#lib/kube/read-reference.ts';
import { WorkQueue } from './work-queue.ts';

/** An answer is asked for again after this long (ms): what was missing may have been created meanwhile. */
const FRESH_MS = 20_000;
/** Answers kept in memory; the oldest leaves first. */
const MAX_ANSWERS = 10_000;
const UNCHECKED = { state: 'unchecked' } as const;

type Answer = { readonly lookup: Lookup<unknown>; readonly readAt: number };

/** Who asks: is told of news once, however often it asked meanwhile. */
export type Asker = { readonly id: string; readonly tell: () => void };

/**
 * What was asked of the API server, by key ("secret/shop/registry"): four questions at a time, one of each at once, an answer
 * kept for a while. Everybody who asked is told when the answer is another one than before.
 */
export class Answers {
  readonly #now: () => number;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Answer>();
  readonly #pending = new Map<string, Map<string, Asker>>();
  readonly #queue = new WorkQueue(4);

  constructor({ now, signal }: { readonly now: () => number; readonly signal: AbortSignal }) {
    this.#now = now;
    this.#signal = signal;
  }

  /** The caller knows what was read under this key. */
  get<T>(key: string): Lookup<T> {
    return (this.#answers.get(key)?.lookup ?? UNCHECKED) as Lookup<T>;
  }

  /** A collection that was read as a whole, or nothing of it. */
  listing<T>(key: string): Listing<T> {
    const lookup = this.get<readonly T[]>(key);
    if (lookup.state === 'exists') return { items: lookup.value, isWhole: true };
    const { permission, because } = lookup.state === 'unchecked' ? lookup : {};
    return { items: [], isWhole: false, permission, because };
  }

  /** Asks unless the answer is fresh or on its way. */
  ask<T>(key: string, asker: Asker, read: () => Promise<Reference<T>>): void {
    const waiting = this.#pending.get(key);
    if (waiting) {
      waiting.set(asker.id, asker);
      return;
    }
    const known = this.#answers.get(key);
    if (known && this.#now() - known.readAt < FRESH_MS) return;
    const askers = new Map([[asker.id, asker]]);
    this.#pending.set(key, askers);
    this.#queue.add(async () => {
      try {
        const lookup = toLookup(await read());
        const isNews = JSON.stringify(known?.lookup) !== JSON.stringify(lookup);
        this.#keep(key, { lookup, readAt: this.#now() });
        if (isNews && !this.#signal.aborted) for (const { tell } of askers.values()) tell();
      } finally {
        this.#pending.delete(key);
      }
    });
  }

  #keep(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }
}

function toLookup<T>(reference: Reference<T>): Lookup<T> {
  return reference.state === 'unchecked'
    ? { state: 'unchecked', permission: reference.permission, because: reference.because }
    : reference;
}
