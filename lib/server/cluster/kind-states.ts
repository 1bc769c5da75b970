import type { KindState } from '#lib/contract/cluster.ts';
import type { KindName } from '#lib/kube/kinds.ts';
import { knownAt } from './known-at.ts';

type Options = {
  /** One for each kind, as the cache has them. */
  readonly states: () => readonly KindState[];
  /** The API server's clock minus ours (ms). */
  readonly skewMs: () => number;
  /** Some namespaces only are watched. */
  readonly isNarrowed: boolean;
};

/** What may be concluded from a kind: whether its objects are here, and up to when they are known. */
export class KindStates {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  of(wanted: KindName): KindState {
    // Every kind has a state; the cache is made from the same list of kinds.
    return this.#options.states().find(({ kind }) => kind === wanted) as KindState;
  }

  /** Whether the objects are here, be they stale; not so while the kind syncs or is forbidden. */
  isListed(kind: KindName, namespace: string): boolean {
    const { state, forbiddenIn } = this.of(kind);
    return (state === 'live' || state === 'stale') && !forbiddenIn?.includes(namespace);
  }

  /** Whether every namespace may be looked at for a kind. */
  isWhole(kind: KindName): boolean {
    const { state, forbiddenIn = [] } = this.of(kind);
    return !this.#options.isNarrowed && state !== 'forbidden' && forbiddenIn.length === 0;
  }

  /** Up to when the kind is known, in the cluster's time: `now` unless it is stale (epoch ms). */
  knownAt(kind: KindName, now: number): number {
    const { state, sinceAt } = this.of(kind);
    return knownAt({ state, sinceAt: sinceAt + this.#options.skewMs() }, now);
  }
}
