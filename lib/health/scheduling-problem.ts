import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { conditionOf } from './condition-of.ts';
import { podRef } from './pod-ref.ts';

/** A scheduler answers within milliseconds, with back-off within 10 s; a pod nobody looked at is waiting for nobody. */
const UNANSWERED_GRACE_MS = 30_000;
/** Queues (Kueue and others) gate every pod for a moment, and preemption takes the victims' grace period. */
const EXPECTED_WAIT_MS = 60_000;

/** A pod without a node: refused by the scheduler, gated, or seen by no scheduler at all. */
export function schedulingProblem(
  pod: Pod,
  { owner, now }: { readonly owner: WorkloadRef; readonly now: number },
): Problem | undefined {
  const condition = conditionOf(pod, 'PodScheduled');
  const sinceAt = condition?.lastTransitionAt ?? pod.meta.createdAt;
  const isGated = pod.schedulingGates.length > 0 || condition?.reason === 'SchedulingGated';
  const isRefused = condition?.status === 'False' && !isGated;
  const isPreempting = isRefused && !!pod.nominatedNodeName;
  const graceMs = isGated || isPreempting ? EXPECTED_WAIT_MS : isRefused ? 0 : UNANSWERED_GRACE_MS;
  if (now < sinceAt + graceMs) return undefined;
  return {
    family: 'scheduling',
    owner,
    pod: podRef(pod),
    reason: isGated ? 'SchedulingGated' : condition?.reason || 'NotScheduled',
    message: condition?.message,
    sinceAt,
    restartCount: 0,
  };
}
