import { maskCredentials } from '#lib/kube/mask.ts';
import type { Condition } from '#lib/model/object-meta.ts';
import type { PodCondition } from '#lib/model/pod.ts';
import type { ToModelContext } from './context.ts';
import { UNSHARED } from './meta.ts';
import { asText, asWires, epochMs, mapWires, type Wire } from './wire.ts';

export function toConditions(value: unknown): readonly Condition[] {
  return mapWires(value, (condition) => ({
    type: asText(condition['type']),
    status: toStatus(condition['status']),
    reason: asText(condition['reason']),
    message: maskCredentials(asText(condition['message'])),
    lastTransitionAt: epochMs(condition['lastTransitionTime']),
    lastUpdateAt: epochMs(condition['lastUpdateTime']),
  }));
}

/** What the conditions of a pod say. */
export function toPodConditions(
  value: unknown,
  { values = UNSHARED }: ToModelContext,
): readonly PodCondition[] {
  let text = '';
  for (const condition of asWires(value)) {
    const { type, status, reason, message } = said(condition);
    text += `${type.length} ${type}${status}${reason.length} ${reason}${message.length} ${message}`;
  }
  return values.byText(text, () => mapWires(value, said));
}

const said = (condition: Wire): PodCondition => ({
  type: asText(condition['type']),
  status: toStatus(condition['status']),
  reason: asText(condition['reason']),
  message: maskCredentials(asText(condition['message'])),
});

/** When they changed; 0: not known. */
export const toConditionTimes = (value: unknown): readonly number[] =>
  mapWires(value, (condition) => epochMs(condition['lastTransitionTime']) ?? 0);

const toStatus = (value: unknown): Condition['status'] =>
  value === 'True' || value === 'False' ? value : 'Unknown';
