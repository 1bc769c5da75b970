import { maskCredentials } from '#lib/kube/mask.ts';
import type { Condition } from '#lib/model/object-meta.ts';
import { asText, asWires, epochMs } from './wire.ts';

export function toConditions(value: unknown): readonly Condition[] {
  return asWires(value).map((condition) => ({
    type: asText(condition['type']),
    status: toStatus(condition['status']),
    reason: asText(condition['reason']),
    message: maskCredentials(asText(condition['message'])),
    lastTransitionAt: epochMs(condition['lastTransitionTime']),
    lastUpdateAt: epochMs(condition['lastUpdateTime']),
  }));
}

const toStatus = (value: unknown): Condition['status'] =>
  value === 'True' || value === 'False' ? value : 'Unknown';
