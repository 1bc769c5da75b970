import type { Pod, Taint } from '#lib/sandbox/client/objects.ts';
import { epochMs } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { matchesTaint } from '#lib/sandbox/scheduler/taints.ts';

/**
 * When a pod has to leave a node with these taints, epoch ms; Infinity: never (pkg/controller/tainteviction,
 * processPodOnNode). Tolerations count from the taint, or from the pod's arrival after it.
 */
export function evictionDueAt(pod: Pod, taints: readonly Taint[]): number {
  const executing = taints.filter(({ effect }) => effect === 'NoExecute');
  if (executing.length === 0) return Infinity;
  const used = executing.map((taint) =>
    (pod.spec.tolerations ?? []).filter((toleration) => matchesTaint(toleration, taint)),
  );
  if (used.some((tolerations) => tolerations.length === 0)) return 0;
  const limits = used
    .flat()
    .flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [tolerationSeconds]));
  if (limits.length === 0) return Infinity;
  const taintedAt = Math.max(...executing.map(({ timeAdded }) => epochMs(timeAdded)));
  const arrivedAt = epochMs(findCondition(pod.status?.conditions, 'PodScheduled')?.lastTransitionTime);
  return Math.max(taintedAt, arrivedAt) + Math.max(0, Math.min(...limits)) * 1000;
}

/** Marks, says and deletes. On a dead node nobody confirms the deletion: the pod stays Terminating. */
export function evictedByTaint(pod: Pod, now: number): readonly Write[] {
  const { name, namespace = '', uid } = pod.metadata;
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const disruption = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: seconds(now),
    lastProbeTime: null,
  };
  return [
    taintEvictionEvent(pod, `Marking for deletion Pod ${namespace}/${name}`),
    {
      verb: 'merge',
      target: targetOf('Pod', pod),
      subresource: 'status',
      patch: { metadata: { uid }, status: { conditions: [...others, disruption] } },
    },
    { verb: 'delete', target: targetOf('Pod', pod), uid },
  ];
}

export const taintEvictionEvent = (pod: Pod, message: string): Write => ({
  verb: 'event',
  about: { kind: 'Pod', object: pod },
  type: 'Normal',
  reason: 'TaintManagerEviction',
  message,
});
