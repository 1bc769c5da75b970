import type { PodsQuery } from '#lib/contract/pods.ts';
import type { Lister } from '#lib/kube/store.ts';
import type { Pod } from '#lib/model/pod.ts';
import {
  byNamespaceAndName,
  bySortable,
  podMatches,
  sortable,
  type Sortable,
  wordsOf,
} from '#lib/views/pod-order.ts';
import { mergedInTurns, sortedInTurns, type Turns } from './sorted-in-turns.ts';

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
  #named: { readonly of: readonly Pod[]; readonly ordered: readonly Pod[] } = { of: [], ordered: [] };

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

  async #order(pods: readonly Pod[], { q, sort, order }: Wanted): Promise<readonly Pod[]> {
    const turns = this.#turns();
    const words = wordsOf(q);
    const found: Pod[] = [];
    await inTurns(await this.#byName(pods, turns), turns, (pod) => {
      if (podMatches(pod, words)) found.push(pod);
    });
    if (sort === 'name') return order === 'desc' ? found.reverse() : found;
    const keyed: Sortable[] = [];
    await inTurns(found, turns, (pod) => keyed.push(sortable(pod, sort)));
    const ordered = await sortedInTurns(keyed, bySortable(order), turns);
    return ordered.map(({ pod }) => pod);
  }

  /** By namespace and name: those that stayed are in order already, so most often nothing is left to sort. */
  async #byName(pods: readonly Pod[], turns: Turns): Promise<readonly Pod[]> {
    const before = this.#named;
    if (before.of === pods) return before.ordered;
    const stayed: Pod[] = [];
    await inTurns(before.ordered, turns, ({ meta }) => {
      const pod = this.#options.lister.get(meta.namespace, meta.name);
      if (pod?.meta.uid === meta.uid) stayed.push(pod);
    });
    // As many as there are: all of them. One that came meanwhile makes another list, which is asked for next.
    const ordered =
      stayed.length === pods.length ? stayed : await this.#withThoseWhoCame(stayed, pods, turns);
    this.#named = { of: pods, ordered };
    return ordered;
  }

  async #withThoseWhoCame(
    stayed: readonly Pod[],
    pods: readonly Pod[],
    turns: Turns,
  ): Promise<readonly Pod[]> {
    const known = new Set<string>();
    await inTurns(stayed, turns, ({ meta }) => known.add(meta.uid));
    const came: Pod[] = [];
    await inTurns(pods, turns, (pod) => {
      if (!known.has(pod.meta.uid)) came.push(pod);
    });
    const sorted = await sortedInTurns(came, byNamespaceAndName, turns);
    return mergedInTurns(stayed, sorted, { ...turns, compare: byNamespaceAndName });
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

async function inTurns(pods: readonly Pod[], { turn }: Turns, look: (pod: Pod) => void): Promise<void> {
  for (let at = 0; at < pods.length; at += PODS_AT_ONCE) {
    pods.slice(at, at + PODS_AT_ONCE).forEach(look);
    await turn();
  }
}
