import type { Endpoint, EndpointSlice, Node, Pod, Service } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { controllerRef, targetOf, type Write } from '#lib/sandbox/client/write.ts';
import type { Pass } from './pass.ts';
import { isReady } from './pod-facts.ts';

export const SERVICE_LABEL = 'kubernetes.io/service-name';

export type EndpointSliceInput = {
  readonly service: Service;
  /** All Pods and EndpointSlices of the namespace. */
  readonly pods: readonly Pod[];
  readonly slices: readonly EndpointSlice[];
  /** All nodes: an endpoint is in the zone of its pod's. */
  readonly nodes: readonly Node[];
};

/** One slice per Service, with every selected Pod that has an address; readiness decides who gets traffic. */
export function reconcileEndpointSlice({ service, pods, slices, nodes }: EndpointSliceInput): Pass {
  const { selector, ports: servicePorts = [] } = service.spec;
  if (!selector || service.metadata.deletionTimestamp) return { writes: [] };
  const selected = pods.filter(
    (pod) => matches({ matchLabels: selector }, pod.metadata.labels) && hasAddress(pod),
  );
  const endpoints = selected.map((pod) => toEndpoint(pod, zoneOf(pod, nodes)));
  const ports = servicePorts.map(({ name = '', targetPort, port, protocol = 'TCP' }) => ({
    name,
    port: resolvedPort(targetPort ?? port, selected[0]),
    protocol,
  }));
  const current = slices.find((slice) => slice.metadata.labels?.[SERVICE_LABEL] === service.metadata.name);
  if (current && same(current.endpoints ?? [], endpoints) && same(current.ports ?? [], ports))
    return { writes: [] };
  const write: Write = current
    ? { verb: 'merge', target: targetOf('EndpointSlice', current), patch: { endpoints, ports } }
    : { verb: 'create', object: draft(service, { endpoints, ports }) };
  return { writes: [write] };
}

function draft(service: Service, content: { endpoints: readonly Endpoint[]; ports: readonly object[] }) {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: {
        [SERVICE_LABEL]: name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [controllerRef('v1', 'Service', service)],
    },
    addressType: 'IPv4',
    ...content,
  } as const;
}

const hasAddress = ({ status }: Pod): boolean =>
  Boolean(status?.podIP) && status?.phase !== 'Failed' && status?.phase !== 'Succeeded';

const zoneOf = ({ spec }: Pod, nodes: readonly Node[]): string | undefined =>
  nodes.find(({ metadata }) => metadata.name === spec.nodeName)?.metadata.labels?.[
    'topology.kubernetes.io/zone'
  ];

function toEndpoint(pod: Pod, zone: string | undefined): Endpoint {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready: serving && !terminating, serving, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name, namespace, uid },
    ...(zone !== undefined && { zone }),
  };
}

export function resolvedPort(port: number | string, pod: Pod | undefined): number {
  if (typeof port === 'number') return port;
  const declared = pod?.spec.containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === port);
  return declared?.containerPort ?? 0;
}
