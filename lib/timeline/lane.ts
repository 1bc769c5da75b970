import type { NextAttempt } from '#lib/model/backoff.ts';
import type { ContainerRun, TimelineBar, TimelineMark } from '#lib/model/timeline.ts';
import { pullDelayMs, RESET_AFTER_MS } from '#lib/backoff/crash-loop-delay.ts';
import { type ContainerHistory, END_NOT_SEEN, isRecordedFromStart, type PodHistory } from './pod-history.ts';

export type Window = { readonly fromAt: number; readonly toAt: number };

/** One container of one pod, ready to draw. */
export type LaneData = {
  readonly pod: string;
  readonly container: string;
  readonly restarts: number;
  readonly gone: boolean;
  /** When the pod was created: before that there was nothing to record. */
  readonly createdAt: number;
  readonly recordedFromAt: number;
  readonly bars: readonly TimelineBar[];
  readonly marks: readonly TimelineMark[];
  readonly next?: NextAttempt;
  readonly resetAt?: number;
};

/** Shorter gaps between two runs are the time to create the container, not a back-off. */
const SHORTEST_BACKOFF_MS = 5000;

/**
 * Bars and marks of a container within a window, up to `now`. Only what objects proved is drawn: between two runs
 * that do not follow each other there is nothing, and before the first there is a wait only if it was the first.
 */
export function lane({
  pod,
  container,
  window,
  now,
  next,
}: {
  readonly pod: PodHistory;
  readonly container: ContainerHistory;
  readonly window: Window;
  readonly now: number;
  readonly next?: NextAttempt;
}): LaneData {
  const endAt = pod.goneAt ?? now;
  const bars = [
    ...waitBars(pod, container, endAt),
    ...container.runs.flatMap((run) => runBars(run, container, { endAt, seenFromAt: pod.recordedFromAt })),
    ...container.runs.flatMap((run, index) => gapBars(run, container.runs[index + 1], container, endAt)),
  ];
  const current = container.runs.at(-1);
  const isRunning = current?.finishedAt === undefined && current?.startedAt !== undefined;
  return {
    pod: pod.name,
    container: container.name,
    restarts: container.restarts,
    gone: pod.goneAt !== undefined,
    createdAt: pod.createdAt,
    recordedFromAt: pod.recordedFromAt,
    bars: clipped(bars, { fromAt: window.fromAt, toAt: Math.min(window.toAt, endAt) }),
    marks: [...crashMarks(container), ...pullMarks(container)]
      .filter(({ at }) => at >= window.fromAt && at <= window.toAt)
      .toSorted((a, b) => a.at - b.at),
    ...(next && pod.goneAt === undefined ? { next } : {}),
    ...(isRunning && container.restarts > 0 && pod.goneAt === undefined
      ? { resetAt: current.startedAt + RESET_AFTER_MS }
      : {}),
  };
}

/** A change seen this soon after a start belongs to the start: the watch is a little later than the kubelet. */
const AT_START_MS = 2000;

/** A run, split where the container became ready or unready. */
function runBars(
  run: ContainerRun,
  { readyChanges }: ContainerHistory,
  { endAt, seenFromAt }: { readonly endAt: number; readonly seenFromAt: number },
): readonly TimelineBar[] {
  const { startedAt, finishedAt = endAt } = run;
  if (startedAt === undefined || finishedAt < startedAt) return [];
  // Known from a later status only, which tells when a run was, not whether it was ready.
  if (finishedAt <= seenFromAt) return [{ kind: 'run-unknown', fromAt: startedAt, toAt: finishedAt }];
  const before = readyChanges.findLast(({ at }) => at <= startedAt + AT_START_MS);
  const changes = readyChanges.filter(({ at }) => at > startedAt + AT_START_MS && at < finishedAt);
  const isReadyAtStart = changes[0] ? !changes[0].ready && before?.ready !== false : (before?.ready ?? false);
  const points = [{ at: startedAt, ready: isReadyAtStart }, ...changes];
  return points.map(({ at, ready }, index) => ({
    kind: ready ? 'run' : 'run-not-ready',
    fromAt: at,
    toAt: points[index + 1]?.at ?? finishedAt,
  }));
}

/** Between the end of a run and the next start, or now. */
function gapBars(
  run: ContainerRun,
  following: ContainerRun | undefined,
  { mayEnd, waiting }: ContainerHistory,
  endAt: number,
): readonly TimelineBar[] {
  const { finishedAt } = run;
  if (finishedAt === undefined || run.reason === END_NOT_SEEN) return [];
  if (!following && (waiting === undefined || (mayEnd && run.exitCode === 0))) return [];
  if (following && !isNext(run, following)) return [];
  const toAt = following ? (following.startedAt ?? following.finishedAt ?? endAt) : endAt;
  if (toAt <= finishedAt) return [];
  const isBackoff = run.backoffMs !== undefined || toAt - finishedAt >= SHORTEST_BACKOFF_MS;
  const delay = run.backoffMs === undefined ? {} : { delayMs: run.backoffMs };
  return [{ kind: isBackoff ? 'backoff' : 'waiting', fromAt: finishedAt, toAt, ...(isBackoff ? delay : {}) }];
}

const isNext = (a: ContainerRun, b: ContainerRun) =>
  a.attempt !== undefined && b.attempt !== undefined && b.attempt === a.attempt + 1;

/** From the creation of the pod to the first start; failed pulls divide it into back-offs. */
function waitBars(pod: PodHistory, container: ContainerHistory, endAt: number): readonly TimelineBar[] {
  const first = container.runs[0];
  const isFirst = first ? first.attempt === 0 : container.restarts === 0 && container.waiting !== undefined;
  if (!isFirst) return [];
  const toAt = first ? (first.startedAt ?? first.finishedAt ?? endAt) : endAt;
  const failures = container.pullFailedAt.filter((at) => at < toAt);
  const isCounted = isRecordedFromStart(pod);
  const backoffs = failures.map((at, index): TimelineBar => {
    const delayMs = isCounted ? pullDelayMs(index + 1) : undefined;
    const nextAt = failures[index + 1] ?? toAt;
    return {
      kind: 'backoff',
      fromAt: at,
      toAt: delayMs === undefined ? nextAt : Math.min(nextAt, at + delayMs),
      ...(delayMs === undefined ? {} : { delayMs }),
    };
  });
  const waits = [pod.createdAt, ...backoffs.map((bar) => bar.toAt)].map((fromAt, index): TimelineBar => {
    return { kind: 'waiting', fromAt, toAt: failures[index] ?? toAt };
  });
  return [...waits, ...backoffs].filter((bar) => bar.toAt > bar.fromAt);
}

function crashMarks({ runs, mayEnd }: ContainerHistory): readonly TimelineMark[] {
  return runs.flatMap(({ finishedAt, exitCode }) =>
    finishedAt === undefined || exitCode === undefined || (mayEnd && exitCode === 0)
      ? []
      : { kind: 'crash' as const, at: finishedAt, label: `${exitCode}` },
  );
}

function pullMarks({ pullFailedAt }: ContainerHistory): readonly TimelineMark[] {
  return pullFailedAt.map((at, index) => ({ kind: 'pull-failed', at, label: `${index + 1}` }));
}

function clipped(bars: readonly TimelineBar[], { fromAt, toAt }: Window): readonly TimelineBar[] {
  return bars
    .map((bar) => ({ ...bar, fromAt: Math.max(bar.fromAt, fromAt), toAt: Math.min(bar.toAt, toAt) }))
    .filter((bar) => bar.toAt > bar.fromAt)
    .toSorted((a, b) => a.fromAt - b.fromAt || a.toAt - b.toAt);
}
