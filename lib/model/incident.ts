import type { FailureFamily, Problem, Severity } from './problem.ts';
import type { WorkloadRef } from './workload.ts';

/** Problems of one owner and one family. `id` = hash(cluster, owner, family): survives restarts and flapping. */
export type Incident = {
  readonly id: string;
  readonly cluster: string;
  readonly owner: WorkloadRef;
  readonly family: FailureFamily;
  readonly severity: Severity;
  readonly sinceAt: number;
  /** Open while problems exist; kept, without problems, for a while after recovery. */
  readonly problems: readonly Problem[];
  /** What follows from this failure in the same owner (not ready, no progress) and is no incident of its own. */
  readonly consequences?: readonly Problem[];
  readonly recoveredAt?: number;
};
