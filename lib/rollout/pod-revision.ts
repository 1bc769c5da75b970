import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Revision } from '#lib/model/revision.ts';

/** On pods of both kinds of sets, and on the ControllerRevisions of DaemonSets. */
export const REVISION_LABEL = 'controller-revision-hash';

/**
 * What the label says on pods that were made from this revision: its name for a StatefulSet, its hash for a DaemonSet.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/statefulset/stateful_set_utils.go (setPodRevision)
 * https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/daemon/update.go
 */
export const podLabelOf = ({ meta }: ControllerRevision): string =>
  meta.owner?.kind === 'DaemonSet' ? (meta.labels[REVISION_LABEL] ?? '') : meta.name;

/** Which revision a pod of the workload was made from; undefined when it has left the history. */
export function revisionOfPod(pod: Pod, revisions: readonly Revision[]): Revision | undefined {
  const label = pod.meta.labels[REVISION_LABEL];
  return revisions.find(({ kind, uid, podLabel }) =>
    kind === 'ReplicaSet' ? pod.meta.owner?.uid === uid : podLabel !== '' && podLabel === label,
  );
}
