import type { ContainerRole } from '#lib/model/pod-template.ts';
import type { ContainerRun } from '#lib/model/timeline.ts';

/** Entries kept per container and kind; the oldest go first. At 10 s per crash 200 runs are the last half hour. */
export const MAX_RUNS = 200;
/** A pod that is gone is still drawn this long. */
export const KEEP_GONE_MS = 3_600_000;

/** `reason` of a run whose end fell into a gap of the watch; such a run has no exit code. */
export const END_NOT_SEEN = 'EndNotSeen';

export type ContainerHistory = {
  readonly name: string;
  readonly role: ContainerRole;
  /** Whether exit code 0 is how this container is meant to end (init containers, Jobs). */
  readonly mayEnd: boolean;
  readonly restarts: number;
  /** Oldest first; only runs an object proved. */
  readonly runs: readonly ContainerRun[];
  /** Moments the container was seen to fail a pull (it turned to ErrImagePull), ms. */
  readonly pullFailedAt: readonly number[];
  /** Changes of `ready`, oldest first. */
  readonly readyChanges: readonly { readonly at: number; readonly ready: boolean }[];
  /** What the last status said while waiting, to see the next transition. */
  readonly waiting?: string;
};

/** What was seen of one pod through the watch. Immutable; small: a healthy container is one run and one change. */
export type PodHistory = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: number;
  /** When we first saw the pod; what was before is only known as far as the object itself proves it. */
  readonly recordedFromAt: number;
  readonly changedAt: number;
  readonly goneAt?: number;
  readonly containers: readonly ContainerHistory[];
};

/** The pod was deleted: keeps its history, ends what still ran. */
export function recordGone(history: PodHistory, now: number): PodHistory {
  if (history.goneAt !== undefined) return history;
  const containers = history.containers.map((container) => ({
    ...container,
    runs: container.runs.map((run) => (run.finishedAt === undefined ? { ...run, finishedAt: now } : run)),
  }));
  return { ...history, goneAt: now, containers };
}

/** Whether a history may be dropped. */
export function isForgotten({ goneAt }: PodHistory, now: number): boolean {
  return goneAt !== undefined && now - goneAt > KEEP_GONE_MS;
}

/** First seen within seconds of its creation: nothing of it was missed. */
export function isRecordedFromStart({ createdAt, recordedFromAt }: PodHistory): boolean {
  return recordedFromAt - createdAt <= 5000;
}
