import type { Condition, Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { controllerRef, targetOf, type Draft, type Write } from '#lib/sandbox/client/write.ts';
import { claim } from './claim.ts';
import { withCondition, withoutCondition } from './conditions.ts';
import type { Pass } from './pass.ts';
import { isActive, isAvailable, isReady, isWindingDown, readySince, untilAvailable } from './pod-facts.ts';
import { slowStart } from './slow-start.ts';

export type ReplicaSetInput = {
  readonly replicaSet: ReplicaSet;
  /** All Pods of the namespace. */
  readonly pods: readonly Pod[];
  readonly now: number;
};

const APPS = { apiVersion: 'apps/v1', kind: 'ReplicaSet' } as const;

/** One pass of the ReplicaSet controller (pkg/controller/replicaset): Pods that are missing come, surplus ones go. */
export function reconcileReplicaSet({ replicaSet, pods, now }: ReplicaSetInput): Pass {
  const claimed = claim({ owner: replicaSet, ownerKind: APPS, kind: 'Pod', objects: pods });
  const active = claimed.owned.filter(isActive);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  const terminating = claimed.owned.filter(isWindingDown).length;
  const status = statusWrites(replicaSet, active, { now, terminating });
  const wakeAfterMs = untilAvailable(replicaSet.spec.minReadySeconds, active, now);
  if (replicaSet.metadata.deletionTimestamp) return { writes: status };
  if (missing > 0) {
    const creates = slowStart(Array.from({ length: missing }, () => createPod(replicaSet)));
    return {
      writes: [...claimed.writes, ...creates, ...status],
      wakeAfterMs,
      afterRefusal: (failure) => statusWrites(replicaSet, active, { now, failure, terminating }),
    };
  }
  const surplus = active.toSorted(byDeletionOrder).slice(0, -missing);
  const deletes = surplus.flatMap((pod) => deletePod(replicaSet, pod));
  return { writes: [...claimed.writes, ...deletes, ...status], wakeAfterMs };
}

function createPod(replicaSet: ReplicaSet): Extract<Write, { verb: 'create' }> {
  const { name, namespace } = replicaSet.metadata;
  const { metadata, spec } = replicaSet.spec.template;
  const object: Draft = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: metadata?.labels,
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerRef('apps/v1', 'ReplicaSet', replicaSet)],
    },
    spec,
  };
  const created = (pod: string) => event(replicaSet, 'SuccessfulCreate', `Created pod: ${pod}`);
  const refused = (message: string) =>
    ({
      ...event(replicaSet, 'FailedCreate', `Error creating: ${message}`),
      type: 'Warning',
    }) as const;
  return { verb: 'create', object, created, refused };
}

function deletePod(replicaSet: ReplicaSet, pod: Pod): Write[] {
  return [
    { verb: 'delete', target: targetOf('Pod', pod), uid: pod.metadata.uid },
    event(replicaSet, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`),
  ];
}

const event = (object: ReplicaSet, reason: string, message: string) =>
  ({ verb: 'event', about: { kind: 'ReplicaSet', object }, type: 'Normal', reason, message }) as const;

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** Which Pod goes first when there are too many (controller_utils.go, ActivePodsWithRanks). */
export function byDeletionOrder(a: Pod, b: Pod): number {
  const rank = ({ status }: Pod) => PHASE_RANK[status?.phase ?? 'Pending'] ?? 1;
  return (
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    rank(a) - rank(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    readySince(b) - readySince(a) ||
    restarts(b) - restarts(a) ||
    epochMs(b.metadata.creationTimestamp) - epochMs(a.metadata.creationTimestamp) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

function statusWrites(
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  { now, failure, terminating }: { now: number; failure?: string; terminating: number },
): readonly Write[] {
  const { minReadySeconds = 0, template } = replicaSet.spec;
  const labels = template.metadata?.labels ?? {};
  const counts = {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => matches({ matchLabels: labels }, pod.metadata.labels))
      .length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
  };
  const conditions = failureCondition(replicaSet, { failure, active: active.length, now });
  const { status = {} } = replicaSet;
  const unchanged =
    same(conditions, status.conditions ?? []) &&
    status.terminatingReplicas === terminating &&
    Object.entries(counts).every(([key, value]) => (status[key as keyof typeof counts] ?? 0) === value);
  if (unchanged) return [];
  const nonZero = Object.entries(counts).filter(([, value]) => value !== 0);
  const cleared = { fullyLabeledReplicas: null, readyReplicas: null, availableReplicas: null };
  const patch = {
    status: {
      ...cleared,
      ...Object.fromEntries(nonZero),
      replicas: counts.replicas,
      // A pointer upstream: zero is written, because it was counted.
      terminatingReplicas: terminating,
      conditions: conditions.length > 0 ? conditions : null,
    },
  };
  return [{ verb: 'merge', target: targetOf('ReplicaSet', replicaSet), patch, subresource: 'status' }];
}

function failureCondition(
  { status, spec }: ReplicaSet,
  { failure, active, now }: { failure: string | undefined; active: number; now: number },
): readonly Condition[] {
  const conditions = status?.conditions ?? [];
  if (failure !== undefined) {
    const next = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: failure,
    } as const;
    return withCondition(conditions, next, now);
  }
  return active >= (spec.replicas ?? 1) ? withoutCondition(conditions, 'ReplicaFailure') : conditions;
}
