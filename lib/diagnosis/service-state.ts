import type { DiagnosisInput } from './diagnosis-input.ts';
import { nearMiss } from './near-miss.ts';

export type ServiceState = {
  name: string;
  state: 'ready' | 'no-endpoint' | 'absent';
  meant?: string;
  evidence: string;
};

/** Only names inside this namespace are looked up; an address or a name outside says nothing about a Service. */
export function serviceState(
  { services, endpointSlices, owner }: DiagnosisInput,
  asked: string,
): ServiceState | undefined {
  const behind = services?.find(
    ({ clusterIp, meta }) => clusterIp === asked && meta.namespace === owner.namespace,
  );
  const host = behind?.meta.name ?? asked;
  const [name = '', namespace = owner.namespace, ...rest] = host.split('.');
  const inside = rest.length === 0 || rest[0] === 'svc';
  if (!services || !inside || namespace !== owner.namespace || !/^[a-z]/.test(name) || name === 'localhost')
    return undefined;
  const known = services.filter((service) => service.meta.namespace === namespace);
  if (!known.some((service) => service.meta.name === name)) {
    const meant = nearMiss(
      name,
      known.map((service) => service.meta.name),
    );
    return { name, state: 'absent', meant, evidence: `no Service ${name} in ${namespace}` };
  }
  if (!endpointSlices) return undefined;
  const slices = endpointSlices.filter(
    (slice) => slice.serviceName === name && slice.meta.namespace === namespace,
  );
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  return {
    name,
    state: ready > 0 ? 'ready' : 'no-endpoint',
    evidence: `${ready} of ${endpoints.length} endpoints ready`,
  };
}
