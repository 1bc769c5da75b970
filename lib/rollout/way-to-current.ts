import { isConditionTrue } from '#lib/health/condition-of.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { RollingWorkload } from '#lib/model/workload.ts';

/**
 * How a pod of another revision comes to be of the current one. `rolls`: the controller replaces it. `delete`: only when
 * somebody deletes it. `kept`: not even then.
 */
export type WayToCurrent = 'rolls' | 'delete' | 'kept';

/**
 * By the update strategy. A StatefulSet that updates in order waits for every pod to be ready before it replaces any, also for the
 * broken one of the revision before, which will never be:
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function wayToCurrent(workload: RollingWorkload, pod: Pod): WayToCurrent {
  if (workload.kind === 'Deployment') return 'rolls';
  if (workload.strategy === 'OnDelete') return 'delete';
  if (workload.kind === 'DaemonSet') return 'rolls';
  const { partition, firstOrdinal, isOrdered } = workload;
  if (ordinalOf(pod) - firstOrdinal < partition) return 'kept';
  return isOrdered && !isConditionTrue(pod, 'Ready') ? 'delete' : 'rolls';
}

const ordinalOf = ({ meta }: Pod): number => Number(/-(\d+)$/.exec(meta.name)?.[1] ?? 0);
