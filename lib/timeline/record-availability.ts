import { conditionOf } from '#lib/health/condition-of.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Deployment, ReplicaSet } from '#lib/model/workload.ts';

/** Stretches during which a ReplicaSet had every replica its Deployment wanted available. */
export type Availability = {
  /** The longest stretch that ended, ms. */
  readonly longestMs: number;
  /** Start of the stretch that still lasts. */
  readonly fullSinceAt?: number;
};

/** By uid of the ReplicaSet, for one Deployment. */
export type AvailabilityHistory = ReadonlyMap<string, Availability>;

/**
 * Records for each ReplicaSet of a Deployment how long it was fully available: what makes a revision known to be good.
 * When recording begins in the middle of a good stretch, its pods prove how long it already lasts: all of them are
 * ready, the last one since its Ready condition changed.
 */
export function recordAvailability(
  history: AvailabilityHistory,
  {
    deployment,
    replicaSets,
    pods,
    now,
  }: {
    readonly deployment: Deployment;
    readonly replicaSets: readonly ReplicaSet[];
    readonly pods: readonly Pod[];
    readonly now: number;
  },
): AvailabilityHistory {
  const next = new Map(
    replicaSets.map(({ meta, replicas }) => {
      const before = history.get(meta.uid);
      const wanted = deployment.replicas.desired;
      const isFull = wanted > 0 && replicas.desired >= wanted && replicas.available >= wanted;
      return [
        meta.uid,
        isFull ? lasting(before, meta.uid, { pods, wanted, now }) : ended(before, now),
      ] as const;
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
  uid: string,
  { pods, wanted, now }: { readonly pods: readonly Pod[]; readonly wanted: number; readonly now: number },
): Availability {
  if (before?.fullSinceAt !== undefined) return before;
  // Seen incomplete before: the stretch began just now, whatever the pods say about themselves.
  const fullSinceAt = before ? now : (readySince(pods, uid, wanted) ?? now);
  return { longestMs: before?.longestMs ?? 0, fullSinceAt };
}

function readySince(pods: readonly Pod[], uid: string, wanted: number): number | undefined {
  const since = pods
    .filter(({ meta }) => meta.owner?.uid === uid && meta.deletedAt === undefined)
    .flatMap((pod) => {
      const ready = conditionOf(pod, 'Ready');
      return ready?.status === 'True' && ready.lastTransitionAt !== undefined ? [ready.lastTransitionAt] : [];
    })
    .toSorted((a, b) => a - b);
  // The moment the last of the wanted ones became ready.
  return wanted > 0 ? since[wanted - 1] : undefined;
}
