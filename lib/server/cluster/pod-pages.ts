import type { PodsQuery } from '#lib/contract/pods.ts';
import type { Lister } from '#lib/kube/store.ts';
import type { Pod } from '#lib/model/pod.ts';
import { podMatches, podOrder, sortable, type Sortable, wordsOf } from '#lib/views/pod-order.ts';
import { sortedInTurns, type Turns } from './sorted-in-turns.ts';

/** No longer than this at a time (ms); between two slices everybody else gets a turn. */
const SLICE_MS = 8;
/** So many pods are looked at between two looks at the clock. */
const PODS_AT_ONCE = 256;
/** While pods change all the time, pages are cut from a list of up to this age (ms): it is not made again for each of them. */
const SHARED_MS = 1_000;
/** Lists in their order that are kept: those of a few readers with filters of their own. */
const KEPT = 4;

export type PodPage = { readonly pods: readonly Pod[]; readonly matching: number; readonly total: number };

type Wanted = Pick<PodsQuery, 'q' | 'sort' | 'order'>;
type Listed = {
  readonly of: readonly Pod[];
  readonly ordered: Promise<readonly Pod[]>;
  /** Not there while it is being made. */
  madeAt?: number;
};

export type PodPagesOptions = {
  readonly lister: Pick<Lister<Pod>, 'list' | 'get'>;
  /** A page was cut from a list that is not the latest: whoever got it has to ask again. */
  readonly onOutdated: () => void;
  /** A clock that never jumps (ms). */
  readonly elapsed: () => number;
  /** Calls back when what is due in the process has had its turn. */
  readonly yieldTo: (task: () => void) => void;
};

/**
 * Pages of the pods that match, in order. Pages that are asked for together are cut from one list, which is made in slices:
 * 50,000 pods take longer to go through than an answer may have to wait.
 */
export class PodPages {
  readonly #options: PodPagesOptions;
  /** The most recently asked last. */
  readonly #kept = new Map<string, Listed>();

  constructor(options: PodPagesOptions) {
    this.#options = options;
  }

  async page({ offset, limit, ...wanted }: Omit<PodsQuery, 'cluster'>): Promise<PodPage> {
    const { lister, onOutdated } = this.#options;
    const { of, ordered } = this.#listed(wanted);
    const matching = await ordered;
    if (of !== lister.list()) onOutdated();
    return {
      // Who is in the list may be a second old, what is said of them is not.
      pods: matching
        .slice(offset, offset + limit)
        .map((pod) => lister.get(pod.meta.namespace, pod.meta.name) ?? pod),
      matching: matching.length,
      total: of.length,
    };
  }

  #listed(wanted: Wanted): Listed {
    const key = JSON.stringify([wordsOf(wanted.q), wanted.sort, wanted.order]);
    const known = this.#kept.get(key);
    const listed = known && this.#isGood(known) ? known : this.#list(wanted);
    this.#kept.delete(key);
    this.#kept.set(key, listed);
    for (const [oldest, other] of this.#kept)
      if (this.#kept.size > KEPT || !this.#isGood(other)) this.#kept.delete(oldest);
    return listed;
  }

  #isGood({ of, madeAt }: Listed): boolean {
    const { lister, elapsed } = this.#options;
    // A lister hands out the same array until something changes.
    return madeAt === undefined || of === lister.list() || elapsed() - madeAt < SHARED_MS;
  }

  #list(wanted: Wanted): Listed {
    const of = this.#options.lister.list();
    const listed: Listed = {
      of,
      ordered: this.#order(of, wanted).finally(() => {
        listed.madeAt = this.#options.elapsed();
      }),
    };
    return listed;
  }

  async #order(pods: readonly Pod[], wanted: Wanted): Promise<readonly Pod[]> {
    const turns = this.#turns();
    const words = wordsOf(wanted.q);
    const found: Sortable[] = [];
    for (let at = 0; at < pods.length; at += PODS_AT_ONCE) {
      for (const pod of pods.slice(at, at + PODS_AT_ONCE))
        if (podMatches(pod, words)) found.push(sortable(pod, wanted));
      await turns.turn();
    }
    const ordered = await sortedInTurns(found, podOrder(wanted), turns);
    return ordered.map(({ pod }) => pod);
  }

  #turns(): Turns {
    const { elapsed, yieldTo } = this.#options;
    let startedAt = elapsed();
    return {
      turn: async () => {
        if (elapsed() - startedAt < SLICE_MS) return;
        await new Promise<void>((resolve) => yieldTo(resolve));
        startedAt = elapsed();
      },
    };
  }
}
