import type { Pod } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import type { StatefulSet, StatefulSetStatus } from '#lib/sandbox/client/workload-objects.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { isAvailable, isReady, isTerminating } from '#lib/sandbox/controllers/pod-facts.ts';
import { revisionOf } from './identity.ts';

export type NewStatus = Required<StatefulSetStatus>;

type Facts = {
  readonly pods: readonly Pod[];
  /** Names of the revisions. */
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
  readonly now: number;
};

/** Counts and revisions (stateful_set_control.go, computeReplicaStatus). */
export function statefulSetStatus(set: StatefulSet, facts: Facts): NewStatus {
  const { pods, current, update, collisionCount, now } = facts;
  const { minReadySeconds = 0 } = set.spec;
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
  const staying = pods.filter((pod) => !isTerminating(pod));
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    currentReplicas: staying.filter((pod) => revisionOf(pod) === current).length,
    updatedReplicas: staying.filter((pod) => revisionOf(pod) === update).length,
    currentRevision: current,
    updateRevision: update,
    collisionCount,
  };
}

/** A rolling update whose replicas are all new and ready has made the update revision current. */
export function withCompletedUpdate(set: StatefulSet, status: NewStatus): NewStatus {
  const replicas = set.spec.replicas ?? 1;
  const isComplete =
    (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas;
  return isComplete
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
    : status;
}

/** Go's omitempty: these are absent when 0. */
const OMITTED = ['readyReplicas', 'currentReplicas', 'updatedReplicas'] as const;

export function statusWrites(set: StatefulSet, status: NewStatus): readonly Write[] {
  const { status: before = {} } = set;
  const current = Object.fromEntries(OMITTED.map((field) => [field, before[field] ?? 0]));
  if (same({ ...before, ...current }, status)) return [];
  const cleared = OMITTED.filter((field) => status[field] === 0).map((field): [string, null] => [
    field,
    null,
  ]);
  const patch = { status: { ...status, ...Object.fromEntries(cleared) } };
  return [{ verb: 'merge', target: targetOf('StatefulSet', set), patch, subresource: 'status' }];
}
