/** First delay of the kubelet's restart and image pull back-off. */
export const INITIAL_DELAY_MS = 10_000;
/** Upper bound of both, in every configuration (`crashLoopBackOff.maxContainerRestartPeriod` can only lower it). */
export const MAX_DELAY_MS = 300_000;
/** An entry this long without a restart is forgotten (flowcontrol.Backoff: twice the maximum). */
export const RESET_AFTER_MS = 600_000;

/**
 * Delay after the crash of the instance with `restartCount` restarts behind it, counted from its end:
 * the first restart is immediate, then 10 s doubling to 5 min.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.2/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
 */
export function crashLoopDelayMs(restartCount: number): number {
  return restartCount <= 0 ? 0 : doubling(restartCount, MAX_DELAY_MS);
}

/** Delay after the `failures`-th failed pull of an image in a row, counted from the end of that pull. */
export function pullDelayMs(failures: number): number {
  return doubling(Math.max(1, failures), MAX_DELAY_MS);
}

/** 10 s doubled for every attempt after the first. */
export function doubling(attempt: number, maxMs: number): number {
  return Math.min(INITIAL_DELAY_MS * 2 ** Math.min(attempt - 1, 30), maxMs);
}
