/** A collection somebody keeps, by the line that made it. */
type Kept = { readonly madeAt: string; readonly collection: { readonly size: number } };

const OURS = /\/lib\/sandbox\/(?!census|client\/same)([^\s)]+?:\d+)(?::\d+)?\)?$/;

/**
 * Counts what a sandbox remembers without asking it: while `make` runs, every Map and Set made in lib/sandbox is
 * noted. What is made later hangs on one of these, or is gone with the pass that made it.
 */
export async function withCensus<T>(
  make: () => Promise<T>,
): Promise<{ made: T; census: () => Record<string, number> }> {
  const kept: Kept[] = [];
  const { Map: RealMap, Set: RealSet } = globalThis;
  const note = (collection: { readonly size: number }): void => {
    const lines = (new Error().stack ?? '').split('\n').slice(1);
    const madeAt = lines.map((line) => OURS.exec(line)?.[1]).find((line) => line !== undefined);
    if (madeAt) kept.push({ madeAt, collection });
  };
  globalThis.Map = class<K, V> extends RealMap<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      note(this);
    }
  };
  globalThis.Set = class<V> extends RealSet<V> {
    constructor(values?: Iterable<V> | null) {
      super(values);
      note(this);
    }
  };
  try {
    const made = await make();
    return { made, census: () => sizes(kept) };
  } finally {
    Object.assign(globalThis, { Map: RealMap, Set: RealSet });
  }
}

function sizes(kept: readonly Kept[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { madeAt, collection } of kept) sum[madeAt] = (sum[madeAt] ?? 0) + collection.size;
  return sum;
}
