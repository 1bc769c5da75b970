import { conditionOf } from '#lib/health/condition-of.ts';
import type { ContainerRole } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { ContainerRun } from '#lib/model/timeline.ts';
import { mergeRun, runsOf } from './merge-run.ts';
import { type ContainerHistory, END_NOT_SEEN, MAX_RUNS, type PodHistory } from './pod-history.ts';

/**
 * What is known of a pod after seeing it once more: every run with the exact times the API gives, pull failures and
 * changes of readiness as they are seen. Pure; returns the same object when nothing was learned but the time.
 */
export function recordRuns(history: PodHistory | undefined, pod: Pod, now: number): PodHistory {
  // It was out of sight, not deleted: what happened meanwhile is not known.
  if (history?.goneAt !== undefined) return recordRuns(undefined, pod, now);
  const known = new Map(history?.containers.map((container) => [container.name, container]));
  const seenBefore = history?.changedAt;
  const containers = [...pod.initStatuses, ...pod.statuses].map((status) =>
    recordContainer(known.get(status.name), status, { pod, now, seenBefore }),
  );
  const isSame =
    history !== undefined &&
    containers.length === history.containers.length &&
    containers.every((container, index) => container === history.containers[index]);
  if (history && isSame) return history;
  return {
    uid: pod.meta.uid,
    name: pod.meta.name,
    namespace: pod.meta.namespace,
    createdAt: pod.meta.createdAt,
    recordedFromAt: history?.recordedFromAt ?? now,
    changedAt: now,
    containers,
  };
}

type Seen = { readonly pod: Pod; readonly now: number; readonly seenBefore: number | undefined };

function recordContainer(
  known: ContainerHistory | undefined,
  status: ContainerStatus,
  seen: Seen,
): ContainerHistory {
  const role = seen.pod.template.containers.find(({ name }) => name === status.name)?.role ?? 'app';
  const runs = recordedRuns(known?.runs ?? [], status, seen.now);
  const pullFailedAt = recordedPulls(known, status, seen);
  const readyChanges = recordedReadiness(known, status, seen);
  const waiting = waitingText(status);
  const isSame =
    known !== undefined &&
    known.runs === runs &&
    known.pullFailedAt === pullFailedAt &&
    known.readyChanges === readyChanges &&
    known.waiting === waiting &&
    known.restarts === status.restartCount;
  if (known && isSame) return known;
  return {
    name: status.name,
    role,
    mayEnd: mayEnd(seen.pod, role),
    restarts: status.restartCount,
    runs,
    pullFailedAt,
    readyChanges,
    ...(waiting === undefined ? {} : { waiting }),
  };
}

const mayEnd = ({ template }: Pod, role: ContainerRole) =>
  role === 'init' || (role === 'app' && template.restartPolicy !== 'Always');

function recordedRuns(
  known: readonly ContainerRun[],
  status: ContainerStatus,
  now: number,
): readonly ContainerRun[] {
  const runs = runsOf(status).reduce(mergeRun, known);
  const current = status.state.kind === 'running' ? status.state.startedAt : undefined;
  const isLeftOpen = (run: ContainerRun) => run.finishedAt === undefined && run.startedAt !== current;
  if (!runs.some(isLeftOpen)) return runs === known ? known : runs.slice(-MAX_RUNS);
  // A gap in the watch: it was over when the next one started, and there is no exit code to show.
  return runs
    .map((run) =>
      isLeftOpen(run) ? { ...run, finishedAt: endedBy(run, runs, now), reason: END_NOT_SEEN } : run,
    )
    .slice(-MAX_RUNS);
}

function endedBy(run: ContainerRun, runs: readonly ContainerRun[], now: number): number {
  const later = runs.flatMap(({ startedAt }) =>
    startedAt && startedAt > (run.startedAt ?? 0) ? startedAt : [],
  );
  return Math.min(now, ...later);
}

const NONE: readonly never[] = [];

/** A pull failed when the container turns to ErrImagePull; the first sight proves nothing about when. */
function recordedPulls(
  known: ContainerHistory | undefined,
  status: ContainerStatus,
  { now, seenBefore }: Seen,
): readonly number[] {
  const before = known?.pullFailedAt ?? NONE;
  const text = waitingText(status);
  const isFailure = text?.startsWith('ErrImagePull') && text !== known?.waiting;
  return isFailure && seenBefore !== undefined ? [...before, now].slice(-MAX_RUNS) : before;
}

function recordedReadiness(
  known: ContainerHistory | undefined,
  status: ContainerStatus,
  seen: Seen,
): ContainerHistory['readyChanges'] {
  const before = known?.readyChanges ?? NONE;
  if ((before.at(-1)?.ready ?? false) === status.ready) return before;
  return [...before, { at: readyChangedAt(status, seen), ready: status.ready }].slice(-MAX_RUNS);
}

/**
 * The API has no time per container. The pod's condition has one when it changed together with this container; else
 * the change happened just before we saw it. Ready at first sight means: as long as nothing says otherwise.
 */
function readyChangedAt(status: ContainerStatus, { pod, now, seenBefore }: Seen): number {
  const condition = conditionOf(pod, 'ContainersReady');
  const changedAt = condition?.lastTransitionAt;
  const startedAt = status.state.kind === 'running' ? status.state.startedAt : 0;
  const notBefore = Math.max(startedAt, (seenBefore ?? 0) - 1000);
  const agrees = (condition?.status === 'True') === status.ready;
  if (agrees && changedAt !== undefined && changedAt >= notBefore && changedAt <= now) return changedAt;
  return seenBefore === undefined && status.ready ? startedAt : now;
}

/** Reason and message: two pull errors in a row differ in neither, but a back-off lies between them. */
function waitingText({ state }: ContainerStatus): string | undefined {
  return state.kind === 'waiting' ? `${state.reason} ${state.message ?? ''}` : undefined;
}
