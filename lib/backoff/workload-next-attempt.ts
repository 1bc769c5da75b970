import type { NextAttempt } from '#lib/model/backoff.ts';
import type { Workload } from '#lib/model/workload.ts';
import { NEVER, WITHIN_SEVENTEEN_MINUTES } from './untimed.ts';

/**
 * When a controller tries again to create pods, for workloads that have none to watch. FailedCreate is retried from
 * 5 ms doubling to 1000 s (the controllers' rate limited work queue) and on every change it watches.
 */
export function workloadNextAttempt(workload: Workload): NextAttempt | undefined {
  if (workload.kind === 'Deployment' && workload.paused) return NEVER;
  const holds = (type: string, status = 'True') =>
    workload.conditions.some((condition) => condition.type === type && condition.status === status);
  if (workload.kind === 'Job' && (workload.suspended || holds('Failed') || holds('FailureTarget')))
    return NEVER;
  if (holds('ReplicaFailure')) return WITHIN_SEVENTEEN_MINUTES;
  return holds('Progressing', 'False') ? NEVER : undefined;
}
