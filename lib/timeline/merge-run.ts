import type { ContainerStatus, Terminated } from '#lib/model/pod.ts';
import type { ContainerRun } from '#lib/model/timeline.ts';
import { backoffMessage } from '#lib/backoff/backoff-message.ts';
import { END_NOT_SEEN } from './pod-history.ts';

/** The runs a status proves: the current one and the one before. Oldest first. */
export function runsOf(status: ContainerStatus): readonly ContainerRun[] {
  const { state, lastTermination, restartCount, containerId = '' } = status;
  switch (state.kind) {
    case 'running':
      return [
        ...ended(lastTermination, restartCount - 1),
        { containerId, startedAt: state.startedAt, attempt: restartCount },
      ];
    case 'terminated':
      return [...ended(lastTermination, restartCount - 1), ...ended(state, restartCount)];
    case 'waiting': {
      const backoffMs = backoffMessage(state.message ?? '')?.delayMs;
      return ended(lastTermination, restartCount).map((run) =>
        backoffMs === undefined ? run : { ...run, backoffMs },
      );
    }
  }
}

function ended(end: Terminated | undefined, attempt: number): readonly ContainerRun[] {
  if (!end || !(end.finishedAt > 0)) return [];
  const { containerId = '', startedAt, finishedAt, exitCode, signal, reason } = end;
  return [
    {
      containerId,
      ...(startedAt === undefined ? {} : { startedAt }),
      finishedAt,
      exitCode,
      ...(signal === undefined ? {} : { signal }),
      reason,
      ...(attempt >= 0 ? { attempt } : {}),
    },
  ];
}

/** Adds what a newer status proves about a run to the runs known so far. */
export function mergeRun(runs: readonly ContainerRun[], run: ContainerRun): readonly ContainerRun[] {
  const index = indexOf(runs, run);
  const known = runs[index];
  if (!known) return [...runs, run].toSorted((a, b) => startOf(a) - startOf(b));
  // An end once proved stays: a status that arrives late must not reopen the run.
  const isEnded = known.finishedAt !== undefined && known.reason !== END_NOT_SEEN;
  const merged: ContainerRun = isEnded
    ? { ...run, ...known, ...(run.backoffMs === undefined ? {} : { backoffMs: run.backoffMs }) }
    : { ...known, ...run, finishedAt: run.finishedAt ?? known.finishedAt };
  return isEqual(known, merged) ? runs : runs.with(index, merged);
}

/** A run of the same container, before one of a container whose id was not known yet. */
function indexOf(runs: readonly ContainerRun[], run: ContainerRun): number {
  const ofContainer = runs.findLastIndex(
    ({ containerId }) => containerId !== '' && containerId === run.containerId,
  );
  return ofContainer >= 0 ? ofContainer : runs.findLastIndex((known) => isSameRun(known, run));
}

function isSameRun(a: ContainerRun, b: ContainerRun): boolean {
  if (a.containerId !== '' && b.containerId !== '') return a.containerId === b.containerId;
  if (a.startedAt !== undefined && b.startedAt !== undefined) return a.startedAt === b.startedAt;
  return a.finishedAt !== undefined && a.finishedAt === b.finishedAt;
}

const startOf = ({ startedAt, finishedAt }: ContainerRun) => startedAt ?? finishedAt ?? 0;

function isEqual(a: ContainerRun, b: ContainerRun): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof ContainerRun>;
  return [...keys].every((key) => a[key] === b[key]);
}
