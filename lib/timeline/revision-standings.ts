import { conditionOf } from '#lib/health/condition-of.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { DaemonSet, RollingWorkload, StatefulSet } from '#lib/model/workload.ts';
import { podLabelOf, REVISION_LABEL } from '#lib/rollout/pod-revision.ts';
import type { RevisionRecords } from '#lib/rollout/revisions-of.ts';

/** How one revision stands at a moment. */
export type RevisionStanding = {
  /** Of its ReplicaSet or ControllerRevision. */
  readonly uid: string;
  /** It has every replica its workload wants, and all of them are available. */
  readonly isFull: boolean;
  /** Its pods. */
  readonly pods: readonly Pod[];
};

/**
 * A ReplicaSet's status counts its pods. Those of a StatefulSet or DaemonSet are counted here: its status counts all revisions
 * together.
 */
export function revisionStandings(
  workload: RollingWorkload,
  { replicaSets, controllerRevisions }: RevisionRecords,
  { pods, now }: { readonly pods: readonly Pod[]; readonly now: number },
): readonly RevisionStanding[] {
  const wanted = workload.replicas.desired;
  if (workload.kind === 'Deployment') {
    const byOwner = Map.groupBy(pods, ({ meta }) => meta.owner?.uid);
    return replicaSets.map(({ meta, replicas }) => ({
      uid: meta.uid,
      isFull: wanted > 0 && replicas.desired >= wanted && replicas.available >= wanted,
      pods: byOwner.get(meta.uid) ?? [],
    }));
  }
  const available = pods.filter((pod) => isAvailable(pod, workload, now));
  const byLabel = Map.groupBy(available, ({ meta }) => meta.labels[REVISION_LABEL]);
  return controllerRevisions.map((each) => {
    const label = podLabelOf(each);
    const own = (label === '' ? undefined : byLabel.get(label)) ?? [];
    return { uid: each.meta.uid, isFull: wanted > 0 && own.length >= wanted, pods: own };
  });
}

function isAvailable(pod: Pod, { minReadySeconds }: StatefulSet | DaemonSet, now: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True' || pod.meta.deletedAt !== undefined) return false;
  return minReadySeconds === 0 || (ready.lastTransitionAt ?? now) + minReadySeconds * 1000 <= now;
}
