/** Sorted at once; a few milliseconds. */
const RUN = 2_000;

export type Turns = {
  /** Resolves when it is this work's turn again; at once while its time is not up. */
  readonly turn: () => Promise<void>;
};

/** As `toSorted`, but others get a turn in between: 50,000 names take longer than an answer may have to wait. */
export async function sortedInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  { turn }: Turns,
): Promise<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare));
    await turn();
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(await mergedInTurns(runs[at] ?? [], runs[at + 1] ?? [], { compare, turn }));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Of two sorted ones a sorted one; of equal items those of the first come first. */
export async function mergedInTurns<T>(
  a: readonly T[],
  b: readonly T[],
  { compare, turn }: Turns & { readonly compare: (a: T, b: T) => number },
): Promise<readonly T[]> {
  const lastOfA = a.at(-1);
  const [firstOfB] = b;
  // Most often nothing has to move: the API server lists by name.
  if (lastOfA === undefined || firstOfB === undefined || compare(lastOfA, firstOfB) <= 0) return [...a, ...b];
  const merged: T[] = [];
  let inA = 0;
  let inB = 0;
  while (inA < a.length && inB < b.length) {
    const ofA = a[inA] as T;
    const ofB = b[inB] as T;
    const isA = compare(ofA, ofB) <= 0;
    merged.push(isA ? ofA : ofB);
    if (isA) inA += 1;
    else inB += 1;
    if (merged.length % RUN === 0) await turn();
  }
  for (; inA < a.length; inA++) merged.push(a[inA] as T);
  for (; inB < b.length; inB++) merged.push(b[inB] as T);
  return merged;
}
