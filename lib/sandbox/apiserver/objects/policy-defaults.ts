import { amountText, parseAmount } from './amount.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, mapField, mapObjects, objectAt, withDefaults } from './json.ts';

/** Quantities as the server writes them back: `0.5` becomes `500m`, the number 1 becomes "1". */
export function canonicalAmounts(list: Json): Json {
  if (!isObject(list)) return list;
  return Object.entries(list).reduce(
    (current, [name, value]) => mapField(current, name, () => canonical(value)),
    list,
  );
}

function canonical(value: Json | undefined): Json {
  const amount = parseAmount(value);
  return amount ? amountText(amount) : (value ?? null);
}

/** A maximum is also the default limit, a default limit the default request, a minimum the last resort for that. */
export function limitRangeDefaults(spec: JsonObject): JsonObject {
  return mapField(spec, 'limits', (limits) => mapObjects(limits, withLimitDefaults));
}

function withLimitDefaults(item: JsonObject): JsonObject {
  const fields = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];
  const limit = fields.reduce((current, field) => mapField(current, field, canonicalAmounts), item);
  if (limit.type !== 'Container') return limit;
  const limits = withDefaults(objectAt(limit, 'default'), objectAt(limit, 'max'));
  const requests = withDefaults(
    withDefaults(objectAt(limit, 'defaultRequest'), limits),
    objectAt(limit, 'min'),
  );
  return {
    ...limit,
    ...(Object.keys(limits).length > 0 && { default: limits }),
    ...(Object.keys(requests).length > 0 && { defaultRequest: requests }),
  };
}

const UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

/** kubernetes/pkg/apis/autoscaling/v2/defaults.go. */
export function autoscalerDefaults(spec: JsonObject): JsonObject {
  const target = { type: 'Utilization', averageUtilization: 80 };
  const filled = withDefaults(spec, {
    minReplicas: 1,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  });
  return mapField(filled, 'behavior', (behavior) =>
    isObject(behavior)
      ? {
          ...behavior,
          scaleUp: withDefaults(objectAt(behavior, 'scaleUp'), UP),
          scaleDown: withDefaults(objectAt(behavior, 'scaleDown'), DOWN),
        }
      : behavior,
  );
}

/** kubernetes/pkg/apis/admissionregistration/v1/defaults.go. */
export function webhookDefaults(configuration: JsonObject): JsonObject {
  return mapField(configuration, 'webhooks', (webhooks) => mapObjects(webhooks, withWebhookDefaults));
}

function withWebhookDefaults(webhook: JsonObject): JsonObject {
  const filled = withDefaults(webhook, {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  });
  const withPort = mapField(filled, 'clientConfig', (config) =>
    isObject(config)
      ? mapField(config, 'service', (service) =>
          isObject(service) ? withDefaults(service, { port: 443 }) : service,
        )
      : config,
  );
  return mapField(withPort, 'rules', (rules) =>
    mapObjects(rules, (rule) => withDefaults(rule, { scope: '*' })),
  );
}
