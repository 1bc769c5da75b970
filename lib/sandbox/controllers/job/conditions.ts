import type { Condition } from '#lib/sandbox/client/objects.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import type { Job } from '#lib/sandbox/client/workload-objects.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';

export type JobConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';

export const isTrue = (conditions: readonly Condition[] | undefined, type: JobConditionType): boolean =>
  findCondition(conditions, type)?.status === 'True';

/** The condition that ended a Job, if one did. */
export function finishedCondition({ status }: Job): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
}

export type Verdict = { readonly reason: string; readonly message: string };

export const jobCondition = (
  type: JobConditionType,
  { reason, message }: Verdict,
  now: number,
): Condition => ({
  type,
  status: 'True',
  lastProbeTime: seconds(now),
  lastTransitionTime: seconds(now),
  reason,
  message,
});

/** Appends or replaces; going from nothing to False is no change (job_controller.go, ensureJobConditionStatus). */
export function withJobCondition(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const current = findCondition(conditions, next.type);
  if (!current) return next.status === 'False' ? conditions : [...conditions, next];
  const isSame =
    current.status === next.status && current.reason === next.reason && current.message === next.message;
  return isSame ? conditions : conditions.map((each) => (each === current ? next : each));
}
