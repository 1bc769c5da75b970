import type { LimitRange, Quota } from '#lib/model/limits.ts';
import { asText, asTextMap, asTexts, asWire, asWires, mapWires, type Wire } from './wire.ts';

/** Admission compares with `status.hard`, which the quota controller copies from the spec. */
export function toQuota(quota: Wire): Quota {
  const spec = asWire(quota['spec']);
  const status = asWire(quota['status']);
  const hard = asTextMap(status['hard']);
  return {
    name: asText(asWire(quota['metadata'])['name']),
    hard: Object.keys(hard).length > 0 ? hard : asTextMap(spec['hard']),
    used: asTextMap(status['used']),
    scopes: [
      ...asTexts(spec['scopes']),
      ...asWires(asWire(spec['scopeSelector'])['matchExpressions']).map((each) => asText(each['scopeName'])),
    ],
  };
}

export function toLimitRange(range: Wire): LimitRange {
  return {
    name: asText(asWire(range['metadata'])['name']),
    items: mapWires(asWire(range['spec'])['limits'], (limit) => ({
      type: asText(limit['type']),
      max: asTextMap(limit['max']),
      min: asTextMap(limit['min']),
      default: asTextMap(limit['default']),
      defaultRequest: asTextMap(limit['defaultRequest']),
      maxLimitRequestRatio: asTextMap(limit['maxLimitRequestRatio']),
    })),
  };
}
