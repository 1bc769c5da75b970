import type { Pod, Taint, Toleration } from '#lib/sandbox/client/objects.ts';

/** core/v1 Toleration.ToleratesTaint. */
export function tolerationFor({ spec }: Pod, taint: Taint): Toleration | undefined {
  return (spec.tolerations ?? []).find((toleration) => matchesTaint(toleration, taint));
}

function matchesTaint({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (operator === 'Exists') return !key || key === taint.key;
  return key === taint.key && (value ?? '') === (taint.value ?? '');
}
