import type { NextAttempt } from '#lib/model/backoff.ts';
import type { KubeNode } from '#lib/model/node.ts';
import { AFTER_RELIEF, WHEN_KUBELET_IS_READY, whenNodeReports } from './untimed.ts';

/** What a node waits for. Nothing of it is timed: it is Ready when its kubelet says so. */
export function nodeNextAttempt(node: KubeNode | undefined): NextAttempt | undefined {
  if (!node) return undefined;
  const ready = node.conditions.find(({ type }) => type === 'Ready');
  if (!ready || ready.status === 'Unknown') return whenNodeReports(node.meta.name);
  if (ready.status === 'False') return WHEN_KUBELET_IS_READY;
  const isPressed = node.conditions.some(
    ({ type, status }) => type.endsWith('Pressure') && status === 'True',
  );
  return isPressed ? AFTER_RELIEF : undefined;
}
