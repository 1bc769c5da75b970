import type { Condition } from '#lib/model/object-meta.ts';

type HasConditions = {
  readonly conditions: readonly Condition[];
  /** A pod has the times apart. */
  readonly conditionTimes?: readonly number[];
};

/** The condition of that type, as the API reports it. */
export function conditionOf(
  { conditions, conditionTimes }: HasConditions,
  type: string,
): Condition | undefined {
  const index = conditions.findIndex((condition) => condition.type === type);
  const condition = conditions[index];
  if (!condition || !conditionTimes) return condition;
  return { ...condition, lastTransitionAt: conditionTimes[index] || undefined };
}

export function isConditionTrue({ conditions }: HasConditions, type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}
