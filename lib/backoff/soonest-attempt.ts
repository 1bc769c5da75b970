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

const bySoonest = (now: number) => (a: NextAttempt, b: NextAttempt) =>
  rank(a, now) - rank(b, now) || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);

const text = (attempt: NextAttempt) => (attempt.kind === 'timed' ? attempt.what : attempt.text);

function rank(attempt: NextAttempt, now: number): number {
  if (attempt.kind === 'timed') return attempt.lateAt >= now ? attempt.earlyAt : 1e15 - attempt.lateAt / 1e3;
  return attempt.text === NEVER.text ? 3e15 : 2e15;
}
