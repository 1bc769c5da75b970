export type Measured = { readonly medianMs: number; readonly runsMs: readonly number[] };

/**
 * Runs `work` once to warm up, then `runs` times, each on what `prepare` made for it outside the clock. The median is not
 * moved by one busy moment of the machine.
 */
export function measure<T>(prepare: () => T, work: (prepared: T) => void, runs = 7): Measured {
  work(prepare());
  const runsMs = Array.from({ length: runs }, () => {
    const prepared = prepare();
    const startedAt = performance.now();
    work(prepared);
    return Math.round((performance.now() - startedAt) * 10) / 10;
  });
  const medianMs = runsMs.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
  return { medianMs, runsMs };
}
