import type { Condition, Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import {
  controllerRef,
  isControlledBy,
  targetOf,
  type Draft,
  type Write,
} from '#lib/sandbox/client/write.ts';
import { findCondition, withCondition, withoutCondition } from './conditions.ts';
import type { Pass } from './pass.ts';

export type ReplicaSetInput = {
  readonly replicaSet: ReplicaSet;
  /** All Pods of the namespace. */
  readonly pods: readonly Pod[];
  readonly now: number;
  /** Why the last creation of a Pod was refused, if the last pass met a refusal. */
  readonly failure?: string;
};

/**
 * One pass of the ReplicaSet controller. Pods are asked for in slow-start batches (1, 2, 4 ...): the shell stops at
 * the first refusal, so a quota is not hammered with a hundred requests.
 */
export function reconcileReplicaSet({ replicaSet, pods, now, failure }: ReplicaSetInput): Pass {
  const owned = pods.filter((pod) => isControlledBy(pod, replicaSet));
  const active = owned.filter(isActive);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  const terminating = owned.filter(isTerminating).length;
  const status = statusWrites(replicaSet, active, { now, failure, terminating });
  const wakeAfterMs = untilAvailable(replicaSet, active, now);
  if (replicaSet.metadata.deletionTimestamp) return { writes: status };
  if (missing > 0) {
    const create = failure === undefined ? Array.from({ length: missing }, () => createPod(replicaSet)) : [];
    return { writes: [...create, ...status], wakeAfterMs };
  }
  const surplus = active.toSorted(byDeletionOrder).slice(0, -missing);
  return { writes: [...surplus.flatMap((pod) => deletePod(replicaSet, pod)), ...status], wakeAfterMs };
}

export const isActive = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

/** On its way out and still running. */
const isTerminating = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const readyCondition = (pod: Pod) => findCondition(pod.status?.conditions, 'Ready');
export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';
const readySince = (pod: Pod): number => epochMs(readyCondition(pod)?.lastTransitionTime);

const isAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean =>
  isReady(pod) && (minReadySeconds === 0 || readySince(pod) + minReadySeconds * 1000 <= now);

function createPod(replicaSet: ReplicaSet): Write {
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
  return { verb: 'create', object, created };
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
  { now, failure, terminating }: { now: number; failure: string | undefined; terminating: number },
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

/** Ready Pods become available only after minReadySeconds: nobody tells us, so we look again. */
function untilAvailable({ spec }: ReplicaSet, active: readonly Pod[], now: number): number | undefined {
  const minReadyMs = (spec.minReadySeconds ?? 0) * 1000;
  if (minReadyMs === 0) return undefined;
  const waits = active.filter(isReady).map((pod) => readySince(pod) + minReadyMs - now);
  const pending = waits.filter((wait) => wait > 0);
  return pending.length > 0 ? Math.min(...pending) : undefined;
}
