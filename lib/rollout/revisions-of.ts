import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { Deployment, ReplicaSet, RollingWorkload } from '#lib/model/workload.ts';
import { rolledOutAt } from './rolled-out-at.ts';
import { setRevisionsOf } from './set-revisions-of.ts';
import { restartsOf } from './restarts-of.ts';

/** What controllers keep old templates in. */
export type RevisionRecords = {
  readonly replicaSets: readonly ReplicaSet[];
  readonly controllerRevisions: readonly ControllerRevision[];
};

export type RevisionFacts = {
  readonly pods: readonly Pod[];
  /** Those of a Deployment tell when a revision was rolled back to. */
  readonly events?: readonly KubeEvent[];
  /** Uid of the record -> longest stretch, ms, in which all wanted replicas were available. Missing = not recorded. */
  readonly availability: ReadonlyMap<string, number>;
};

/** The templates a workload has had, as far as its history goes, newest first. */
export function revisionsOf(
  workload: RollingWorkload,
  { replicaSets, controllerRevisions }: RevisionRecords,
  facts: RevisionFacts,
): Revision[] {
  return workload.kind === 'Deployment'
    ? deploymentRevisions(workload, replicaSets, facts)
    : setRevisionsOf(workload, controllerRevisions, facts);
}

/**
 * Numbers have gaps: a rollback gives the ReplicaSet a new number and keeps the old ones in an annotation, so old numbers
 * never name two ReplicaSets. A ReplicaSet the controller has not numbered yet is left out.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/util/deployment_util.go
 */
function deploymentRevisions(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  { pods, availability, events = [] }: RevisionFacts,
): Revision[] {
  const owned = replicaSets.filter((rs) => rs.meta.owner?.uid === deployment.meta.uid && rs.revision > 0);
  const currentUid = currentReplicaSet(deployment, owned)?.meta.uid;
  return owned
    .map((rs) => {
      const isCurrent = rs.meta.uid === currentUid;
      const since = isCurrent
        ? rolledOutAt(rs, { replicaSets: owned, events, pods })
        : rs.pastRevisions.length > 0
          ? undefined
          : rs.meta.createdAt;
      return { ...toRevision(rs, { isCurrent, pods, availability }), rolledOutAt: since };
    })
    .toSorted((a, b) => b.number - a.number);
}

/**
 * The ReplicaSet whose template is the Deployment's own. Should several match, the oldest, as the controller does.
 * `undefined` until the controller has created it.
 */
function currentReplicaSet(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  return replicaSets
    .filter((rs) => rs.template.hash === deployment.template.hash)
    .toSorted((a, b) => a.meta.createdAt - b.meta.createdAt)[0];
}

function toRevision(rs: ReplicaSet, facts: RevisionFacts & { readonly isCurrent: boolean }): Revision {
  return {
    number: rs.revision,
    kind: 'ReplicaSet',
    name: rs.meta.name,
    uid: rs.meta.uid,
    template: rs.template,
    images: rs.template.containers.map((container) => container.image),
    createdAt: rs.meta.createdAt,
    wasReturnedTo: rs.pastRevisions.length > 0,
    pastRevisions: rs.pastRevisions,
    changeCause: rs.changeCause,
    isCurrent: facts.isCurrent,
    ready: rs.replicas.ready,
    desired: rs.replicas.desired,
    fullyAvailableMs: facts.availability.get(rs.meta.uid),
    restarts: restartsOf(facts.pods.filter((pod) => pod.meta.owner?.uid === rs.meta.uid)),
  };
}
