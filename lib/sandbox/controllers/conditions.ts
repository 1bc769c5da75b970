import { seconds } from '#lib/sandbox/client/time.ts';
import type { Condition } from '#lib/sandbox/client/objects.ts';

export type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

export const findCondition = (
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined => conditions?.find((condition) => condition.type === type);

export const withoutCondition = (conditions: readonly Condition[], type: string): readonly Condition[] =>
  conditions.filter((condition) => condition.type !== type);

/**
 * Sets a condition as apps controllers do: nothing changes while status and reason stay (not even the message),
 * lastTransitionTime moves only with the status.
 */
export function withCondition(
  conditions: readonly Condition[],
  next: NewCondition,
  now: number,
): readonly Condition[] {
  const current = findCondition(conditions, next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions;
  return [...withoutCondition(conditions, next.type), stamped(next, current, now)];
}

/** As `withCondition`, but always refreshes message and lastUpdateTime: the progress clock starts again. */
export function refreshedCondition(
  conditions: readonly Condition[],
  next: NewCondition,
  now: number,
): readonly Condition[] {
  const current = findCondition(conditions, next.type);
  return [...withoutCondition(conditions, next.type), stamped(next, current, now)];
}

function stamped(next: NewCondition, current: Condition | undefined, now: number): Condition {
  const at = seconds(now);
  return {
    ...next,
    lastUpdateTime: at,
    lastTransitionTime: current?.status === next.status ? (current.lastTransitionTime ?? at) : at,
  };
}
