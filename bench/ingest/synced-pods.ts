import { refTo } from '#lib/health/owner.ts';
import { podProblems } from '#lib/health/pod-problems.ts';
import { realClock } from '#lib/kube/clock.ts';
import type { ClusterConnection } from '#lib/kube/connection.ts';
import { createInformer, type Informer } from '#lib/kube/informer.ts';
import { KINDS } from '#lib/kube/kinds.ts';
import type { Change } from '#lib/kube/store.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import type { Pod } from '#lib/model/pod.ts';

type Options = { readonly connection: ClusterConnection; readonly watchList: boolean };

/** So many changes: how long from the first to the last (ms), and when that was (performance clock, epoch ms). */
export type Changed = { readonly ms: number; readonly lastAt: number };

/** The product's informer of pods, and of each whether it is healthy. Starts at once. */
export class SyncedPods {
  /** When all are listed and judged. */
  readonly live: Promise<void>;
  readonly #informer: Informer<Pod>;
  readonly #sick = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  readonly #failed = Promise.withResolvers<never>();
  #onChanges: (count: number) => void = () => undefined;

  constructor({ connection, watchList }: Options) {
    const live = Promise.withResolvers<void>();
    this.#failed.promise.catch(() => undefined);
    this.live = Promise.race([live.promise, this.#failed.promise]);
    this.#informer = createInformer({
      kind: KINDS.pods,
      connection,
      clock: realClock,
      random: Math.random,
      watchList,
      hash: createValueHash(Buffer.from('bench')),
      // What the product would survive is a benchmark of something else.
      report: ({ message }) => this.#failed.reject(new Error(message)),
      onChanges: (changes) => {
        this.#judge(changes, Date.now());
        this.#onChanges(changes.length);
      },
      onState: ({ state }) => {
        if (state === 'live') live.resolve();
      },
    });
    this.#ended = this.#informer.run(this.#stopping.signal);
  }

  get size(): number {
    return this.#informer.lister.size;
  }

  get unhealthy(): number {
    return this.#sick.size;
  }

  /** Resolves after `count` changes from now on. */
  changed(count: number): Promise<Changed> {
    const over = Promise.withResolvers<Changed>();
    let left = count;
    let firstAt: number | undefined;
    this.#onChanges = (changes) => {
      firstAt ??= performance.now();
      left -= changes;
      if (left > 0) return;
      const now = performance.now();
      over.resolve({ ms: now - firstAt, lastAt: performance.timeOrigin + now });
    };
    return Promise.race([over.promise, this.#failed.promise]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  /** As the product: one changed pod costs the health of one pod. */
  #judge(changes: readonly Change<Pod>[], now: number): void {
    for (const { type, object } of changes) {
      const isSick = type !== 'deleted' && podProblems(object, { owner: refTo(object), now }).length > 0;
      if (isSick) this.#sick.add(object.meta.uid);
      else this.#sick.delete(object.meta.uid);
    }
  }
}
