import type { PodRow } from '#lib/contract/pods.ts';
import { podStatus } from '#lib/health/pod-status.ts';
import type { Pod } from '#lib/model/pod.ts';

/** One line of `kubectl get pods -A`, with a link to the incident that explains it. */
export function podRow(pod: Pod, incidentId: string | undefined): PodRow {
  const { status, ready, restarts, restartedAt } = podStatus(pod);
  return {
    uid: pod.meta.uid,
    namespace: pod.meta.namespace,
    name: pod.meta.name,
    ready,
    status,
    restarts,
    restartedAt,
    createdAt: pod.meta.createdAt,
    node: pod.nodeName,
    healthy: incidentId === undefined,
    incidentId,
  };
}
