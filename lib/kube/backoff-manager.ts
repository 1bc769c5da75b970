import type { Clock } from './clock.ts';

const FIRST_MS = 800;
const FACTOR = 2;
const CAP_MS = 30_000;
const JITTER = 1;
const RESET_AFTER_MS = 120_000;

export interface BackoffManager {
  /** How long to wait before the next attempt, ms. */
  next(): number;
}

/**
 * client-go's reflector back-off: 0.8 s doubling to 30 s, each stretched by up to 100 % jitter, starting over
 * after two quiet minutes. https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector.go
 */
export function createBackoffManager(clock: Pick<Clock, 'now'>, random: () => number): BackoffManager {
  let baseMs = FIRST_MS;
  let quietUntil = -Infinity;
  return {
    next() {
      const now = clock.now();
      if (now >= quietUntil) baseMs = FIRST_MS;
      const delayMs = baseMs * (1 + random() * JITTER);
      baseMs = Math.min(baseMs * FACTOR, CAP_MS);
      quietUntil = now + delayMs + RESET_AFTER_MS;
      return delayMs;
    },
  };
}
