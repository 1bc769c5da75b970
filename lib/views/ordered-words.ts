/**
 * Each word once, the most frequent first: "CrashLoopBackOff, Error". Not in the order given, which is that of the pods,
 * whose names are random: the same trouble reads the same everywhere.
 */
export function orderedWords(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, often], [b, oftener]) => oftener - often || (a < b ? -1 : 1))
    .map(([word]) => word)
    .join(', ');
}
