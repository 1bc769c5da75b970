import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { Deployment, ReplicaSet, Workload, WorkloadRef } from '#lib/model/workload.ts';
import { conditionOf, isConditionTrue } from './condition-of.ts';
import { refTo } from './owner.ts';
import { podProblems } from './pod-problems.ts';

export type WorkloadContext = {
  /** Pods of this workload, through all of its ReplicaSets. */
  readonly pods: readonly Pod[];
  /** ReplicaSets of this Deployment; empty for other kinds. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Events of the workload and of its ReplicaSets. */
  readonly events: readonly KubeEvent[];
  readonly now: number;
  /** Where the problems belong when the workload is not the top itself: the CronJob of a Job. */
  readonly owner?: WorkloadRef;
};

/** The controllers retry a failed creation after at most 1000 s; an older event says nothing about now. */
const CREATE_RETRY_MAX_MS = 1_000_000 + 60_000;

/** What is wrong with a workload itself: it gave up, cannot create pods, or hangs and no pod says why. */
export function workloadProblems(workload: Workload, context: WorkloadContext): readonly Problem[] {
  const owner = context.owner ?? refTo(workload);
  const problem =
    jobProblem(workload, owner) ??
    admissionProblem(workload, owner, context) ??
    rolloutProblem(workload, owner, context);
  return problem ? [problem] : [];
}

/** The Job controller stopped creating pods. */
function jobProblem(workload: Workload, owner: WorkloadRef): Problem | undefined {
  const failed = workload.kind === 'Job' ? conditionOf(workload, 'Failed') : undefined;
  if (failed?.status !== 'True') return undefined;
  return {
    family: 'job',
    owner,
    reason: failed.reason || 'Failed',
    message: failed.message,
    sinceAt: failed.lastTransitionAt ?? workload.meta.createdAt,
    restartCount: 0,
  };
}

/** Quota, policy or webhook refuse the pod: no pod exists that could tell. */
function admissionProblem(
  workload: Workload,
  owner: WorkloadRef,
  { replicaSets, events, now }: WorkloadContext,
): Problem | undefined {
  const wanting = [workload, ...replicaSets].filter(
    ({ replicas }) => workload.kind === 'Job' || replicas.current < replicas.desired,
  );
  const condition = [workload, ...replicaSets]
    .map((object) => conditionOf(object, 'ReplicaFailure'))
    .find((candidate) => candidate?.status === 'True');
  const newest = events
    .filter(
      ({ reason, type, regarding, lastAt }) =>
        type === 'Warning' &&
        reason === 'FailedCreate' &&
        now - lastAt <= CREATE_RETRY_MAX_MS &&
        wanting.some(({ meta }) => meta.uid === regarding.uid),
    )
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];
  const isMissingPods =
    workload.kind !== 'Job' || workload.active + workload.succeeded < workload.replicas.desired;
  if (!condition && !(newest && isMissingPods)) return undefined;
  const proofs = [condition?.lastTransitionAt, newest?.firstAt].filter((at) => at !== undefined);
  return {
    family: 'admission',
    owner,
    reason: condition?.reason || 'FailedCreate',
    message: condition?.message || newest?.message,
    sinceAt: proofs.length > 0 ? Math.min(...proofs) : workload.meta.createdAt,
    restartCount: 0,
  };
}

/**
 * The controller clears the condition only when replicas move (pkg/controller/deployment/progress.go), so after an undo
 * it still speaks of the rollout that was undone: everything is available already, or new pods are on their way.
 */
function isOfRolloutBefore(
  { meta, observedGeneration, replicas, progressDeadlineSeconds }: Deployment,
  { saidAt = 0, pods, now }: { saidAt: number | undefined; pods: readonly Pod[]; now: number },
): boolean {
  if (observedGeneration < meta.generation) return true;
  if (replicas.updated >= replicas.desired && replicas.available >= replicas.desired) return true;
  return pods.some(
    (pod) =>
      pod.meta.deletedAt === undefined &&
      !isConditionTrue(pod, 'Ready') &&
      pod.meta.createdAt > saidAt &&
      now - pod.meta.createdAt < progressDeadlineSeconds * 1000,
  );
}

/**
 * The deadline only informs, nothing is rolled back by it; and it is the pods that know why. So it is a problem of
 * its own only while no pod has one.
 */
function rolloutProblem(
  workload: Workload,
  owner: WorkloadRef,
  { pods, now }: WorkloadContext,
): Problem | undefined {
  if (workload.kind !== 'Deployment') return undefined;
  const progressing = conditionOf(workload, 'Progressing');
  if (progressing?.status !== 'False' || progressing.reason !== 'ProgressDeadlineExceeded') return undefined;
  if (isOfRolloutBefore(workload, { saidAt: progressing.lastUpdateAt, pods, now })) return undefined;
  const isExplained = pods.some((pod) => podProblems(pod, { owner, now }).length > 0);
  if (isExplained) return undefined;
  return {
    family: 'rollout',
    owner,
    reason: progressing.reason,
    message: progressing.message,
    sinceAt: progressing.lastTransitionAt ?? progressing.lastUpdateAt ?? workload.meta.createdAt,
    restartCount: 0,
  };
}
