/** Levenshtein distance with adjacent transposition, cut off above `limit`. */
export function editDistance(a: string, b: string, limit = 2): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    // A swap reaches back two rows, so one row above the limit is not the end yet.
    if (Math.min(...row, ...last) > limit) return limit + 1;
    [beforeLast, last] = [last, row];
  }
  return Math.min(last[b.length] ?? 0, limit + 1);
}

/**
 * The name somebody probably meant: other letter case, one or two typing errors (one in a short name), or the same name with
 * a generated suffix (kustomize writes `web-config-7c9d8b5h6t`). Never the name itself.
 */
export function nearMiss(name: string, candidates: readonly string[]): string | undefined {
  const limit = name.length <= 4 ? 1 : 2;
  const scored = [...new Set(candidates)]
    .filter((candidate) => candidate !== name)
    .map((candidate) => ({ candidate, score: score(name, candidate, limit) }))
    .filter(({ score: value }) => value <= limit);
  return scored.toSorted((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))[0]?.candidate;
}

function score(name: string, candidate: string, limit: number): number {
  if (name.toLowerCase() === candidate.toLowerCase()) return 0;
  if (stem(name) === stem(candidate)) return 0.5;
  return editDistance(name, candidate, limit);
}

/** kustomize's suffix: 10 characters of its own alphabet. */
const stem = (name: string) => name.replace(/-[bcdfghkmt2456789]{10}$/, '');
