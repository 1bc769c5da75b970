import type { NextAttempt } from '#lib/model/backoff.ts';
import type { ContainerStatus, Terminated } from '#lib/model/pod.ts';
import { backoffMessage } from './backoff-message.ts';
import { crashLoopDelayMs, MAX_DELAY_MS, RESET_AFTER_MS } from './crash-loop-delay.ts';
import { wakesAtExpiry } from './kubelet-minor.ts';

type TimedAttempt = Extract<NextAttempt, { kind: 'timed' }>;

const REQUEUE_MS = 15_000;
const WAKE_UP_MS = 30_000;
/** The longest nap of a newer kubelet: 60 s x 1.5. It may pass while the entry is already forgotten. */
const LONGEST_NAP_MS = 90_000;

/**
 * When the kubelet starts an exited container again; undefined when it is not waiting for that, or nothing proves
 * when it ended. The delay counts from the end of the last run. Waiting ends early when the last restart is
 * 600 s ago, because the kubelet's garbage collector then drops the entry: a container that runs for minutes
 * before it dies is restarted sooner than its message says.
 *
 * Source: kuberuntime_manager.doBackOff, flowcontrol.Backoff.GC, pod_workers.completeWork of v1.36.2 and v1.32.10.
 */
export function nextRestart(
  status: ContainerStatus,
  { kubeletVersion }: { readonly kubeletVersion?: string },
): TimedAttempt | undefined {
  const last = lastExit(status);
  if (!last || !(last.finishedAt > 0)) return undefined;

  const named =
    status.state.kind === 'waiting' ? backoffMessage(status.state.message ?? '')?.delayMs : undefined;
  const delayMs = Math.min(named ?? crashLoopDelayMs(status.restartCount), MAX_DELAY_MS);
  const window = restartWindow({
    startedAt: last.startedAt ?? last.finishedAt,
    finishedAt: last.finishedAt,
    delayMs,
    kubeletVersion,
  });
  return {
    kind: 'timed',
    what: 'restart',
    attempt: status.restartCount + 1,
    delayMs,
    ...window,
    source: named === undefined ? 'estimated' : 'message',
  };
}

/**
 * The status of a pod says what the sync before found. A kubelet that sleeps until the delay is over therefore shows for
 * up to 90 s that the start failed, not that it waits to try again; recorded from 1.35.4.
 */
export const RESTART_REASONS: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'RunContainerError',
  'PostStartHookError',
]);

/** The run that just ended: between crash and next sync it is still the state, afterwards the last termination. */
function lastExit({ state, lastTermination }: ContainerStatus): Terminated | undefined {
  if (state.kind === 'terminated') return state;
  return state.kind === 'waiting' && RESTART_REASONS.has(state.reason) ? lastTermination : undefined;
}

function restartWindow({
  startedAt,
  finishedAt,
  delayMs,
  kubeletVersion,
}: {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly delayMs: number;
  readonly kubeletVersion: string | undefined;
}): { earlyAt: number; lateAt: number } {
  const fullAt = finishedAt + delayMs;
  // A skewed or rewound node clock must not move the reset before the run.
  const resetAt = Math.max(startedAt + RESET_AFTER_MS, finishedAt);
  const earlyAt = Math.min(fullAt, resetAt);
  const forgottenAtExit = startedAt + RESET_AFTER_MS <= finishedAt;
  if (forgottenAtExit || !wakesAtExpiry(kubeletVersion)) return { earlyAt, lateAt: earlyAt + REQUEUE_MS };
  const lateAt =
    fullAt <= resetAt ? fullAt + WAKE_UP_MS : Math.min(fullAt + WAKE_UP_MS, resetAt + LONGEST_NAP_MS);
  return { earlyAt, lateAt };
}
