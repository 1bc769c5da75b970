/** One entry of the kubelet's back-off table: the delay in force and when it was decided. */
export type BackOff = { readonly delayMs: number; readonly decidedAt: number };

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** Twice the longest delay: after this long an entry counts as forgotten (flowcontrol.Backoff). */
const FORGET_AFTER_MS = 600_000;

export type RestartDecision =
  | { readonly start: true; readonly entry: BackOff }
  | { readonly start: false; readonly delayMs: number; readonly retryAt: number };

/**
 * Whether a container that exited at `finishedAt` starts now (kuberuntime_manager.go, doBackOff). The delay counts from
 * the exit; the entry is forgotten 600 s after the last restart, also while waiting, because the kubelet's
 * housekeeping drops such entries every 2 s.
 */
export function restartDecision(
  entry: BackOff | undefined,
  finishedAt: number,
  now: number,
): RestartDecision {
  if (!entry || now - entry.decidedAt > FORGET_AFTER_MS)
    return { start: true, entry: { delayMs: FIRST_MS, decidedAt: now } };
  const forgottenAt = entry.decidedAt + FORGET_AFTER_MS + 1;
  const retryAt = Math.min(finishedAt + entry.delayMs, forgottenAt);
  if (now < retryAt) return { start: false, delayMs: entry.delayMs, retryAt };
  return { start: true, entry: { delayMs: Math.min(2 * entry.delayMs, LONGEST_MS), decidedAt: now } };
}

/** The entry after a pull that failed at `now`: 10 s doubling to 5 min, counted from the end of the pull (image_manager.go). */
export function pullBackOff(entry: BackOff | undefined, now: number): BackOff {
  const remembered = entry && now - entry.decidedAt <= FORGET_AFTER_MS;
  return { delayMs: remembered ? Math.min(2 * entry.delayMs, LONGEST_MS) : FIRST_MS, decidedAt: now };
}
