import { KnownParts } from '#lib/kube/to-model/known-parts.ts';
import { RecentMap } from '#lib/kube/to-model/recent-map.ts';
import { StringPool } from './string-pool.ts';

const RUNS = 2048;

/** What a decoder has seen, so that it need not make it again. Belongs to one kind of one cluster. */
export class ReaderMemory {
  readonly texts = new StringPool();
  readonly parts = new KnownParts();
  /** Of parts in parts. */
  readonly partsWithin = new KnownParts();
  readonly #runs: RecentMap<object>[] = [];

  /** What the entries of a repeated field became, by their bytes. */
  runsOf(field: number): RecentMap<object> {
    return (this.#runs[field] ??= new RecentMap(RUNS));
  }
}
