import { conditionOf } from '#lib/health/condition-of.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';
import type { RevisionRecords } from '#lib/rollout/revisions-of.ts';
import { revisionStandings } from './revision-standings.ts';

/** Stretches during which a revision had every replica its workload wanted available. */
export type Availability = {
  /** The longest stretch that ended, ms. */
  readonly longestMs: number;
  /** Start of the stretch that still lasts. */
  readonly fullSinceAt?: number;
};

/** By uid of the ReplicaSet or ControllerRevision, for one workload. */
export type AvailabilityHistory = ReadonlyMap<string, Availability>;

/**
 * Records for each revision of a workload how long it was fully available: what makes a revision known to be good.
 * When recording begins in the middle of a good stretch, its pods prove how long it already lasts: all of them are
 * ready, the last one since its Ready condition changed.
 */
export function recordAvailability(
  history: AvailabilityHistory,
  {
    workload,
    pods,
    now,
    ...records
  }: RevisionRecords & {
    readonly workload: RollingWorkload;
    readonly pods: readonly Pod[];
    readonly now: number;
  },
): AvailabilityHistory {
  const wanted = workload.replicas.desired;
  const next = new Map(
    revisionStandings(workload, records, { pods, now }).map((standing) => {
      const before = history.get(standing.uid);
      const entry = standing.isFull ? lasting(before, standing.pods, { wanted, now }) : ended(before, now);
      return [standing.uid, entry] as const;
    }),
  );
  const isSame = next.size === history.size && [...next].every(([uid, entry]) => history.get(uid) === entry);
  return isSame ? history : next;
}

/** Nothing was seen after `at`: a stretch that lasted until then is known up to there and no further. */
export function cutAvailability(history: AvailabilityHistory, at: number): AvailabilityHistory {
  return new Map([...history].map(([uid, entry]) => [uid, ended(entry, at)] as const));
}

/** The longest known stretch, up to now; undefined when none was recorded. */
export function fullyAvailableMs(history: AvailabilityHistory, uid: string, now: number): number | undefined {
  const entry = history.get(uid);
  if (!entry) return undefined;
  const lastingMs = entry.fullSinceAt === undefined ? 0 : Math.max(0, now - entry.fullSinceAt);
  const longestMs = Math.max(entry.longestMs, lastingMs);
  return longestMs > 0 ? longestMs : undefined;
}

const NEVER_FULL: Availability = { longestMs: 0 };

function ended(before: Availability | undefined, now: number): Availability {
  if (!before) return NEVER_FULL;
  if (before.fullSinceAt === undefined) return before;
  return { longestMs: Math.max(before.longestMs, now - before.fullSinceAt) };
}

function lasting(
  before: Availability | undefined,
  pods: readonly Pod[],
  { wanted, now }: { readonly wanted: number; readonly now: number },
): Availability {
  if (before?.fullSinceAt !== undefined) return before;
  // Seen incomplete before: the stretch began just now, whatever the pods say about themselves.
  const fullSinceAt = before ? now : (readySince(pods, wanted) ?? now);
  return { longestMs: before?.longestMs ?? 0, fullSinceAt };
}

function readySince(pods: readonly Pod[], wanted: number): number | undefined {
  const since = pods
    .filter(({ meta }) => meta.deletedAt === undefined)
    .flatMap((pod) => {
      const ready = conditionOf(pod, 'Ready');
      return ready?.status === 'True' && ready.lastTransitionAt !== undefined ? [ready.lastTransitionAt] : [];
    })
    .toSorted((a, b) => a - b);
  // The moment the last of the wanted ones became ready.
  return wanted > 0 ? since[wanted - 1] : undefined;
}
