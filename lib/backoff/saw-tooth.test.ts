import { describe, expect, it } from 'vitest';
import { aContainerStatus, terminated, waiting } from '#lib/testing/build-pod.ts';
import { at, SECOND } from '#lib/testing/time.ts';
import { MAX_DELAY_MS, RESET_AFTER_MS } from './crash-loop-delay.ts';
import { formatGoDuration } from './go-duration.ts';
import { nextRestart } from './next-restart.ts';

/**
 * The kubelet's side: flowcontrol.Backoff as doBackOff uses it. An entry is dropped when its last update is more than
 * 600 s ago, at the exit or while the container waits.
 */
function nextEntry(entry: { delayMs: number; updatedAt: number } | undefined, startAt: number) {
  const isForgotten = !entry || startAt - entry.updatedAt >= RESET_AFTER_MS;
  return {
    delayMs: isForgotten ? 10 * SECOND : Math.min(2 * entry.delayMs, MAX_DELAY_MS),
    updatedAt: startAt,
  };
}

/** Waits in seconds, as predicted, of a container that lives `runSeconds` each time on a kubelet that is never late. */
function waits(runSeconds: number, crashes: number): number[] {
  let startedAt = at('00:00:00');
  let entry: ReturnType<typeof nextEntry> | undefined;
  return Array.from({ length: crashes }, (_, restartCount) => {
    const finishedAt = startedAt + runSeconds * SECOND;
    const end = terminated({ startedAt, finishedAt });
    const status = entry
      ? aContainerStatus({
          restartCount,
          lastTermination: end,
          state: waiting(
            'CrashLoopBackOff',
            `back-off ${formatGoDuration(entry.delayMs)} restarting failed container=web pod=web-1_shop(1)`,
          ),
        })
      : aContainerStatus({ restartCount, state: end });
    const next = nextRestart(status, { kubeletVersion: 'v1.36.2' });
    if (!next) throw new Error('a container that ended is started again');
    startedAt = next.earlyAt;
    entry = nextEntry(entry, startedAt);
    return Math.round((startedAt - finishedAt) / SECOND);
  });
}

describe('the rhythm of a crash loop', () => {
  it('doubles to five minutes and stays there for a container that dies at once', () => {
    expect(waits(0, 9)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('falls back to 10 s again and again for one that lives 350 s: the fifth wait ends after 250 s', () => {
    expect(waits(350, 10)).toEqual([0, 10, 20, 40, 80, 160, 250, 10, 20, 40]);
  });

  it('falls back sooner for one that lives 450 s', () => {
    expect(waits(450, 8)).toEqual([0, 10, 20, 40, 80, 150, 10, 20]);
  });

  it('hardly waits for one that lives 599 s', () => {
    expect(waits(599, 4)).toEqual([0, 1, 1, 1]);
  });
});
