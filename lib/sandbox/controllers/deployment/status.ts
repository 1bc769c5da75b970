import type { Condition, Deployment, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import {
  findCondition,
  refreshedCondition,
  withCondition,
  withoutCondition,
} from '#lib/sandbox/controllers/conditions.ts';
import { maxUnavailable } from './arithmetic.ts';

type Counts = {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
};
export type NewStatus = Counts & {
  readonly observedGeneration: number;
  /** Undefined while a ReplicaSet has not been counted. */
  readonly terminatingReplicas?: number;
  readonly conditions: readonly Condition[];
};

/** Math.MaxInt32 means "no deadline" upstream. */
const NO_DEADLINE = 2 ** 31 - 1;

export const hasDeadline = ({ spec }: Deployment): boolean =>
  (spec.progressDeadlineSeconds ?? 600) !== NO_DEADLINE;

const total = (sets: readonly ReplicaSet[], of: (rs: ReplicaSet) => number | undefined): number =>
  sets.reduce((sum, rs) => sum + (of(rs) ?? 0), 0);

function counts(all: readonly ReplicaSet[], fresh: ReplicaSet | undefined): Counts {
  const available = total(all, (rs) => rs.status?.availableReplicas);
  return {
    replicas: total(all, (rs) => rs.status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: total(all, (rs) => rs.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total(all, (rs) => rs.spec.replicas) - available),
  };
}

/** Those no controller has looked at yet count for nothing (deployment_util.go, GetTerminatingReplicaCountForReplicaSets). */
function terminatingReplicas(all: readonly ReplicaSet[]): number | undefined {
  const seen = all.filter(({ status }) => (status?.observedGeneration ?? 0) > 0);
  return seen.every(({ status }) => status?.terminatingReplicas !== undefined)
    ? total(seen, ({ status }) => status?.terminatingReplicas)
    : undefined;
}

/** Counts and the Available condition, without judging progress: what paused and freshly scaled Deployments get. */
export function baseStatus(
  deployment: Deployment,
  { all, fresh, now }: { all: readonly ReplicaSet[]; fresh: ReplicaSet | undefined; now: number },
): NewStatus {
  const counted = counts(all, fresh);
  const enough =
    counted.availableReplicas >= (deployment.spec.replicas ?? 1) - maxUnavailable(deployment.spec);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counted,
    terminatingReplicas: terminatingReplicas(all),
    conditions: withCondition(
      deployment.status?.conditions ?? [],
      enough
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    ),
  };
}

/** Adds the Progressing and ReplicaFailure conditions (deployment/progress.go, syncRolloutStatus). */
export function rolloutStatus(
  deployment: Deployment,
  input: { all: readonly ReplicaSet[]; fresh: ReplicaSet | undefined; now: number },
): NewStatus {
  const status = baseStatus(deployment, input);
  let conditions = status.conditions;
  if (!hasDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  const current = findCondition(conditions, 'Progressing');
  const settled = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable';
  if (hasDeadline(deployment) && !settled) {
    conditions = judgedProgress(deployment, { ...status, conditions }, input);
  }
  const failure = replicaFailure(input.all, input.fresh);
  conditions = failure
    ? withCondition(conditions, failure, input.now)
    : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

function judgedProgress(
  deployment: Deployment,
  status: NewStatus,
  { fresh, now }: { fresh: ReplicaSet | undefined; now: number },
): readonly Condition[] {
  const subject = fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const progressing = (state: 'True' | 'False', reason: string, message: string) =>
    ({ type: 'Progressing', status: state, reason, message: `${subject} ${message}` }) as const;
  if (isComplete(deployment, status)) {
    const done = progressing('True', 'NewReplicaSetAvailable', 'has successfully progressed.');
    return withCondition(status.conditions, done, now);
  }
  if (hasProgressed(deployment, status)) {
    return refreshedCondition(
      status.conditions,
      progressing('True', 'ReplicaSetUpdated', 'is progressing.'),
      now,
    );
  }
  if (hasTimedOut(deployment, status.conditions, now)) {
    const late = progressing('False', 'ProgressDeadlineExceeded', 'has timed out progressing.');
    return withCondition(status.conditions, late, now);
  }
  return status.conditions;
}

/** Every replica is new and available, and the controller has seen this spec. */
export function isComplete(
  { spec, metadata }: Deployment,
  status: Counts & { observedGeneration: number },
): boolean {
  const replicas = spec.replicas ?? 1;
  return (
    status.updatedReplicas === replicas &&
    status.replicas === replicas &&
    status.availableReplicas === replicas &&
    status.observedGeneration >= (metadata.generation ?? 0)
  );
}

function hasProgressed({ status: before = {} }: Deployment, next: Counts): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = before;
  return (
    next.updatedReplicas > updatedReplicas ||
    next.replicas - next.updatedReplicas < replicas - updatedReplicas ||
    next.readyReplicas > readyReplicas ||
    next.availableReplicas > availableReplicas
  );
}

function hasTimedOut(deployment: Deployment, conditions: readonly Condition[], now: number): boolean {
  const current = findCondition(conditions, 'Progressing');
  if (!current || current.reason === 'NewReplicaSetAvailable') return false;
  if (current.reason === 'ProgressDeadlineExceeded') return true;
  return now > deadlineAt(deployment, current);
}

/** Epoch ms at which a rollout that makes no more progress has failed. */
export function deadlineAt({ spec }: Deployment, progressing: Condition): number {
  return epochMs(progressing.lastUpdateTime) + (spec.progressDeadlineSeconds ?? 600) * 1000;
}

function replicaFailure(all: readonly ReplicaSet[], fresh: ReplicaSet | undefined): Condition | undefined {
  const of = (rs: ReplicaSet) => findCondition(rs.status?.conditions, 'ReplicaFailure');
  const first = fresh && of(fresh);
  return first ?? all.map(of).find((condition) => condition !== undefined);
}
