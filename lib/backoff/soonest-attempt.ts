import type { NextAttempt } from '#lib/model/backoff.ts';
import { NEVER } from './untimed.ts';

/**
 * The attempt to show for a pod or an incident: the one that comes first. An attempt whose window has passed loses
 * to one that is still ahead; a state that ends by itself wins over one that never does.
 */
export function soonestAttempt(
  attempts: readonly (NextAttempt | undefined)[],
  now: number,
): NextAttempt | undefined {
  return attempts.filter((attempt) => attempt !== undefined).toSorted(bySoonest(now))[0];
}

const bySoonest = (now: number) => (a: NextAttempt, b: NextAttempt) => {
  const [classA, orderA, wordsA] = rank(a, now);
  const [classB, orderB, wordsB] = rank(b, now);
  return classA - classB || orderA - orderB || (wordsA < wordsB ? -1 : wordsA > wordsB ? 1 : 0);
};

/** Ahead, overdue (the latest window first), without a clock, never; then by its words, so that order never matters. */
function rank(attempt: NextAttempt, now: number): readonly [number, number, string] {
  if (attempt.kind === 'untimed') return [attempt.text === NEVER.text ? 3 : 2, 0, attempt.text];
  const words = JSON.stringify(attempt);
  return attempt.lateAt >= now ? [0, attempt.earlyAt, words] : [1, -attempt.lateAt, words];
}
