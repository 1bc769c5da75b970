import type { NextAttempt } from '#lib/model/backoff.ts';
import { doubling } from './crash-loop-delay.ts';

/** Cap of the Job controller in the 1.36 source; the documentation and old releases say 6 min. */
const MAX_DELAY_MS = 600_000;
const OLD_MAX_DELAY_MS = 360_000;
const REQUEUE_MS = 15_000;

/**
 * When the Job controller creates the next pod: 10 s doubling per failure since the last success, from the finish
 * of the last failed pod. Where the two known caps differ the window covers both.
 */
export function nextJobPod({
  failures,
  lastFailedAt,
  backoffLimit,
}: {
  readonly failures: number;
  readonly lastFailedAt: number;
  readonly backoffLimit: number;
}): NextAttempt {
  if (failures > backoffLimit) return { kind: 'untimed', text: 'never by itself' };
  const attempt = Math.max(1, failures);
  const delayMs = doubling(attempt, MAX_DELAY_MS);
  return {
    kind: 'timed',
    what: 'restart',
    attempt,
    delayMs,
    earlyAt: lastFailedAt + doubling(attempt, OLD_MAX_DELAY_MS),
    lateAt: lastFailedAt + delayMs + REQUEUE_MS,
    source: 'estimated',
  };
}
