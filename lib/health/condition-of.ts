import type { Condition } from '#lib/model/object-meta.ts';

type HasConditions = { readonly conditions: readonly Condition[] };

/** The condition of that type, as the API reports it. */
export function conditionOf({ conditions }: HasConditions, type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

export function isConditionTrue(object: HasConditions, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}
