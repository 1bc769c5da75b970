import type { EndpointSlice, Service } from '#lib/model/service.ts';
import type { ToModelContext } from './context.ts';
import { toMeta } from './meta.ts';
import { asNumber, asPort, asText, asTextMap, asWire, asWires, optionalText, type Wire } from './wire.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

export function toService(object: Wire, context: ToModelContext): Service {
  const spec = asWire(object['spec']);
  return {
    kind: 'Service',
    meta: toMeta(object, context),
    ...(/^[\d.:a-f]+$/.test(asText(spec['clusterIP'])) ? { clusterIp: asText(spec['clusterIP']) } : {}),
    selector: asTextMap(spec['selector']),
    ports: asWires(spec['ports']).map((port) => {
      const number = asNumber(port['port'], 0);
      // Documented default: the value of `port`.
      return {
        name: optionalText(port['name']),
        port: number,
        targetPort: asPort(port['targetPort']) || number,
      };
    }),
  };
}

export function toEndpointSlice(object: Wire, context: ToModelContext): EndpointSlice {
  const meta = toMeta(object, context);
  return {
    kind: 'EndpointSlice',
    meta,
    serviceName: meta.labels[SERVICE_NAME] ?? '',
    endpoints: asWires(object['endpoints']).map((endpoint) => {
      const target = asWire(endpoint['targetRef']);
      return {
        podName: target['kind'] === 'Pod' ? asText(target['name']) : undefined,
        // "A nil value should be interpreted as true" (discovery/v1 EndpointConditions).
        ready: asWire(endpoint['conditions'])['ready'] !== false,
      };
    }),
  };
}
