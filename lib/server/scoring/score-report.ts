import type { Score, ScoredCase, Verdict } from './score-cases.ts';

const VERDICTS: readonly Verdict[] = ['first', 'candidate', 'unsure', 'unknown', 'wrong'];

/** Tables for people; the last line is JSON for programs. */
export function scoreReport({ scored, excluded }: Score): string {
  const count = (verdict: Verdict) => scored.filter((one) => one.verdict === verdict).length;
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)]));
  const share = (part: number) =>
    scored.length === 0 ? 0 : Math.round((part / scored.length) * 1000) / 1000;
  const summary = {
    cases: scored.length,
    excluded: excluded.length,
    ...counts,
    first_share: share(count('first')),
    among_candidates_share: share(count('first') + count('candidate')),
  };
  return [
    'Confusion (true cause -> what was said first), where they differ:',
    ...confusion(scored),
    '',
    ...VERDICTS.filter((verdict) => verdict !== 'first').flatMap((verdict) => listOf(scored, verdict)),
    `Excluded, because they carry no message, event or log: ${excluded.join(', ') || 'none'}`,
    JSON.stringify(summary),
    '',
  ].join('\n');
}

function confusion(scored: readonly ScoredCase[]): readonly string[] {
  const pairs = Map.groupBy(
    scored.filter(({ verdict }) => verdict !== 'first'),
    ({ truth, said }) => `${truth.padEnd(36)} -> ${said}`,
  );
  return [...pairs]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([pair, cases]) => `  ${`${cases.length}`.padStart(3)}  ${pair}`);
}

function listOf(scored: readonly ScoredCase[], verdict: Verdict): readonly string[] {
  const cases = scored.filter((one) => one.verdict === verdict);
  if (cases.length === 0) return [];
  const lines = cases.map(
    ({ id, truth, said, certainty, sentence }) =>
      `  ${id}: ${truth}; said ${said} (${certainty}): ${sentence}`,
  );
  return [`${verdict} (${cases.length}):`, ...lines, ''];
}
