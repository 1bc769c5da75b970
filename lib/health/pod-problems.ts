import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { ContainerRole } from '#lib/model/pod-template.ts';
import type { ContainerStatus, Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { conditionOf, isConditionTrue } from './condition-of.ts';
import { CRASH_RESET_MS, containerFamily } from './container-family.ts';
import { failedPodProblems } from './failed-pod-problems.ts';
import { isNodeDown } from './node-problem.ts';
import { refTo } from './owner.ts';
import { podRef } from './pod-ref.ts';
import { NO_PROBE_MS, readinessDeadline } from './readiness-deadline.ts';
import { schedulingProblem } from './scheduling-problem.ts';
import { setupProblem } from './setup-problem.ts';

export type PodContext = {
  readonly owner: WorkloadRef;
  /** The node the pod is on; absent when it may not be read. */
  readonly node?: KubeNode;
  /** Events of the pod: without them a sandbox that cannot be made is only known by the time it takes. */
  readonly events?: readonly KubeEvent[];
  readonly now: number;
};

/** A readiness gate is set by a controller, usually within seconds. */
const GATE_GRACE_MS = 60_000;

/**
 * What is wrong with a pod, one entry per failing container, in the order of certainty of the API: its end, its node,
 * its place, its sandbox, its containers. Pods being deleted and pods that completed are not problems, and neither
 * is a young pod that is still being made.
 */
export function podProblems(pod: Pod, context: PodContext): readonly Problem[] {
  if (pod.meta.deletedAt !== undefined || pod.phase === 'Succeeded') return [];
  if (pod.phase === 'Failed') return failedPodProblems(pod, context.owner);
  if (pod.nodeName === undefined) return some(schedulingProblem(pod, context));
  const lost = nodeLost(pod, context);
  if (lost) return [lost];
  const failing = containerProblems(pod, context);
  return failing.length > 0 ? failing : some(setupProblem(pod, context) ?? gateProblem(pod, context));
}

/** Everything a dead node says about its pods is stale: they belong to the incident of the node. */
function nodeLost(pod: Pod, { owner, node, now }: PodContext): Problem | undefined {
  const isDown = node && isNodeDown(node, now);
  if (!isDown && pod.reason !== 'NodeLost' && pod.phase !== 'Unknown') return undefined;
  const ready = isDown ? conditionOf(node, 'Ready') : conditionOf(pod, 'Ready');
  return {
    family: 'node',
    owner: isDown ? refTo(node) : owner,
    pod: podRef(pod),
    reason: isDown ? ready?.reason || 'NodeNotReady' : pod.reason || 'NodeLost',
    message: ready?.message || pod.message,
    sinceAt: ready?.lastTransitionAt ?? pod.meta.createdAt,
    restartCount: 0,
  };
}

function containerProblems(pod: Pod, context: PodContext): readonly Problem[] {
  const roles = new Map(pod.template.containers.map(({ name, role }) => [name, role]));
  const roleOf = (status: ContainerStatus, fallback: ContainerRole) => roles.get(status.name) ?? fallback;
  const problems: Problem[] = [];
  for (const status of pod.initStatuses) {
    const role = roleOf(status, 'init');
    const problem = containerProblem(pod, status, role, context);
    if (problem) problems.push(problem);
    const isPassed = role === 'sidecar' ? status.started : status.state.kind === 'terminated' && !problem;
    // The first init container that is not done blocks the rest, unless the pod was initialised before.
    if (!isPassed && !isConditionTrue(pod, 'Initialized')) return problems;
  }
  return [
    ...problems,
    ...pod.statuses.flatMap((status) => some(containerProblem(pod, status, roleOf(status, 'app'), context))),
  ];
}

function containerProblem(
  pod: Pod,
  status: ContainerStatus,
  role: ContainerRole,
  { owner, events = [], now }: PodContext,
): Problem | undefined {
  const verdict = containerFamily(status, { role, restartPolicy: pod.template.restartPolicy, now });
  if (verdict === 'ok' || verdict === 'pending') return undefined;
  const { state, ready, restartCount } = status;
  const common = { owner, pod: podRef(pod), container: status.name, restartCount };
  if (verdict === 'not-ready') {
    if (state.kind !== 'running') return undefined;
    const spec = pod.template.containers.find(({ name }) => name === status.name);
    if (now < Math.max(readinessDeadline(spec, state.startedAt), settledAt(pod, status))) return undefined;
    const condition = conditionOf(pod, 'ContainersReady');
    const sinceAt = Math.max(state.startedAt, falseSince(pod) ?? 0);
    return { ...common, family: 'readiness', reason: 'NotReady', message: condition?.message, sinceAt };
  }
  const stableSinceAt = verdict === 'crash' && ready ? stableSince(status, now) : undefined;
  return {
    ...common,
    family: verdict,
    ...wordsOf(status),
    sinceAt: failingSince(pod, status, events),
    ...(stableSinceAt === undefined ? {} : { stableSinceAt }),
  };
}

/**
 * A crash loop is ready between two crashes as well. Only a run longer than the one before tells that anything
 * changed; after 600 s the kubelet forgets the back-off, so no longer run is asked for.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
function stableSince({ state, lastTermination }: ContainerStatus, now: number): number | undefined {
  if (state.kind !== 'running') return undefined;
  const { startedAt, finishedAt } = lastTermination ?? {};
  const lastRunMs = startedAt === undefined || finishedAt === undefined ? 0 : finishedAt - startedAt;
  return now - state.startedAt > Math.min(lastRunMs, CRASH_RESET_MS) ? state.startedAt : undefined;
}

function wordsOf({ state, lastTermination }: ContainerStatus): Pick<Problem, 'reason' | 'message'> {
  if (state.kind === 'waiting' && state.message) return { reason: state.reason, message: state.message };
  const exit = state.kind === 'terminated' ? state : lastTermination;
  const message = exit?.message;
  if (state.kind === 'waiting' && state.reason) return { reason: state.reason, message };
  return { reason: exit?.reason || `ExitCode:${exit?.exitCode ?? 0}`, message };
}

/**
 * The earliest moment an object proves the container was failing; the incident keeps the minimum of them. A status
 * tells of the last end only; the kubelet's BackOff event (Warning: restarts, not pulls) also tells of the first.
 */
function failingSince(
  pod: Pod,
  { name, state, lastTermination }: ContainerStatus,
  events: readonly KubeEvent[],
): number {
  const backOffs = events.filter(
    ({ reason, type, regarding }) =>
      reason === 'BackOff' && type === 'Warning' && regarding.container === name,
  );
  const proofs = [
    ...backOffs.map(({ firstAt }) => firstAt),
    falseSince(pod),
    lastTermination?.finishedAt,
    state.kind === 'terminated' ? state.finishedAt : undefined,
  ].filter((at): at is number => at !== undefined && at > 0);
  return proofs.length > 0 ? Math.min(...proofs) : (pod.acceptedAt ?? pod.meta.createdAt);
}

/**
 * A pod that ends keeps `running` in its status, no longer ready or started, until the kubelet has taken it down: what is
 * a Job's success a second later must not look like a failure
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/kubelet/status/status_manager.go, mergePodStatus).
 */
function settledAt(pod: Pod, { started }: ContainerStatus): number {
  return started ? 0 : (falseSince(pod) ?? 0) + NO_PROBE_MS;
}

function falseSince(pod: Pod): number | undefined {
  const condition = conditionOf(pod, 'ContainersReady') ?? conditionOf(pod, 'Ready');
  return condition?.status === 'True' ? undefined : condition?.lastTransitionAt;
}

/** All containers are ready, the pod is not: a readiness gate is missing. */
function gateProblem(pod: Pod, { owner, now }: PodContext): Problem | undefined {
  const ready = conditionOf(pod, 'Ready');
  const containersReady = conditionOf(pod, 'ContainersReady');
  if (pod.readinessGates.length === 0 || ready?.status === 'True' || containersReady?.status !== 'True') {
    return undefined;
  }
  const sinceAt = Math.max(ready?.lastTransitionAt ?? 0, containersReady.lastTransitionAt ?? 0);
  if (now < sinceAt + GATE_GRACE_MS) return undefined;
  return {
    family: 'readiness',
    owner,
    pod: podRef(pod),
    reason: ready?.reason || 'ReadinessGatesNotReady',
    message: ready?.message,
    sinceAt,
    restartCount: 0,
  };
}

const some = (problem: Problem | undefined): readonly Problem[] => (problem ? [problem] : []);
