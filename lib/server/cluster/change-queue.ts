import type { ClusterChanges } from '#lib/kube/cluster-cache.ts';

/** So many changes are taken between two looks at the clock. */
const CHANGES_AT_ONCE = 64;
/** Each touches the owners of all its pods, which may be some hundred. */
const NODES_AT_ONCE = 4;

/** Changes of the caches in the order they came, taken in pieces: a first list of pods is one batch of all of them. */
export class ChangeQueue {
  readonly #batches: ClusterChanges[] = [];
  #taken = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  add(batch: ClusterChanges): void {
    if (batch.changes.length > 0) this.#batches.push(batch);
  }

  /** Hands out what waits, one piece at least, until `isOver`. */
  drain(take: (batch: ClusterChanges) => void, isOver: () => boolean): void {
    do {
      const [batch] = this.#batches;
      if (!batch) return;
      const from = this.#taken;
      const to = from + (batch.kind === 'nodes' ? NODES_AT_ONCE : CHANGES_AT_ONCE);
      this.#taken = to;
      if (this.#taken >= batch.changes.length) {
        this.#batches.shift();
        this.#taken = 0;
      }
      // The compiler cannot tie the piece to the kind.
      take({ ...batch, changes: batch.changes.slice(from, to) } as ClusterChanges);
    } while (!isOver());
  }
}
