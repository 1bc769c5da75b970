import type { Pod } from '#lib/model/pod.ts';
import type { Problem } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { podRef } from './pod-ref.ts';
import { conditionOf } from './condition-of.ts';

/**
 * A pod that is over. With `status.reason` the node ended or refused it (Evicted, NodeShutdown, OutOfcpu, ...);
 * without, its own containers failed and nothing restarts them.
 */
export function failedPodProblems(pod: Pod, owner: WorkloadRef): readonly Problem[] {
  const ends = [...pod.initStatuses, ...pod.statuses].flatMap(({ name, state, restartCount }) =>
    state.kind === 'terminated' && state.exitCode !== 0 ? [{ name, state, restartCount }] : [],
  );
  const sinceAt = Math.max(0, ...ends.map(({ state }) => state.finishedAt)) || endedAt(pod);
  if (pod.reason) {
    const family = pod.reason === 'NodeLost' ? 'node' : 'eviction';
    return [
      { family, owner, pod: podRef(pod), reason: pod.reason, message: pod.message, sinceAt, restartCount: 0 },
    ];
  }
  if (ends.length === 0) {
    return [
      {
        family: 'crash',
        owner,
        pod: podRef(pod),
        reason: 'Failed',
        message: pod.message,
        sinceAt,
        restartCount: 0,
      },
    ];
  }
  return ends.map(({ name, state, restartCount }) => ({
    family: 'crash',
    owner,
    pod: podRef(pod),
    container: name,
    reason: state.reason || `ExitCode:${state.exitCode}`,
    message: state.message,
    sinceAt: state.finishedAt > 0 ? state.finishedAt : sinceAt,
    restartCount,
  }));
}

function endedAt(pod: Pod): number {
  const ready = conditionOf(pod, 'Ready');
  return (ready?.status === 'False' ? ready.lastTransitionAt : undefined) ?? pod.meta.createdAt;
}
