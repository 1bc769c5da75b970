import type { JsonObject } from './json.ts';
import { mapField, isObject, objectAt, stringAt, withDefaults } from './json.ts';

const NODE_PORTS = { first: 30_000, count: 2768 };

/** What the server assigns on creation: the addresses and node ports of a Service. */
export function withAllocations(kind: string, object: JsonObject, random: () => number): JsonObject {
  if (kind !== 'Service') return object;
  return mapField(object, 'spec', (spec) => (isObject(spec) ? withAddresses(spec, random) : spec));
}

function withAddresses(service: JsonObject, random: () => number): JsonObject {
  if (service.type === 'ExternalName') return service;
  const octet = (): number => 1 + Math.floor(random() * 253);
  const clusterIP = stringAt(service, 'clusterIP') ?? `10.96.${octet()}.${octet()}`;
  const addressed = withDefaults(service, { clusterIP, clusterIPs: [clusterIP] });
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return addressed;
  return mapField(addressed, 'ports', (ports) =>
    Array.isArray(ports)
      ? ports
          .filter(isObject)
          .map((port) =>
            withDefaults(port, { nodePort: NODE_PORTS.first + Math.floor(random() * NODE_PORTS.count) }),
          )
      : ports,
  );
}

/** Assigned fields a client may leave out of an update without giving them up. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  Service: ['clusterIP', 'clusterIPs'],
  PersistentVolumeClaim: ['storageClassName', 'volumeName'],
  Pod: ['nodeName', 'priority', 'preemptionPolicy'],
};

export function withKept(kind: string, current: JsonObject, desired: JsonObject): JsonObject {
  const fields = KEPT[kind];
  if (!fields) return desired;
  const assigned = objectAt(current, 'spec');
  const kept = Object.fromEntries(fields.map((field) => [field, assigned[field]]));
  return mapField(desired, 'spec', (spec) => (isObject(spec) ? withDefaults(spec, kept) : spec));
}
