import type { Node, Pod, Taint, Toleration } from '#lib/sandbox/client/objects.ts';

/** core/v1 Toleration.ToleratesTaint. */
export function tolerationFor({ spec }: Pod, taint: Taint): Toleration | undefined {
  return (spec.tolerations ?? []).find((toleration) => matchesTaint(toleration, taint));
}

export function matchesTaint({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (operator === 'Exists') return !key || key === taint.key;
  return key === taint.key && (value ?? '') === (taint.value ?? '');
}

const tolerates = (pod: Pod, taint: Taint): boolean => tolerationFor(pod, taint) !== undefined;

/** A cordon; the toleration for its taint lifts it (DaemonSet pods have it). */
export const isCordonedFor = (pod: Pod, { spec }: Node): boolean =>
  spec.unschedulable === true &&
  !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' });

/** The first taint that keeps the pod away. */
export const untoleratedTaint = (pod: Pod, { spec }: Node): Taint | undefined =>
  (spec.taints ?? []).find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint));

export const unwelcomeTaints = (pod: Pod, { spec }: Node): number =>
  (spec.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerates(pod, taint)).length;
