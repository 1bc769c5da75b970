import type { EndpointAddress, Endpoints, EndpointSubset } from '#lib/sandbox/client/disruption-objects.ts';
import type { Pod, Service } from '#lib/sandbox/client/objects.ts';
import { same } from '#lib/sandbox/client/same.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import { seconds } from '#lib/sandbox/client/time.ts';
import { targetOf, type Write } from '#lib/sandbox/client/write.ts';
import { hasEnded } from '#lib/sandbox/scheduler/snapshot.ts';
import { resolvedPort } from './endpoint-slice.ts';
import type { Pass } from './pass.ts';
import { isReady } from './pod-facts.ts';

const LAST_CHANGE = 'endpoints.kubernetes.io/last-change-trigger-time';
const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };

export type EndpointsInput = {
  readonly service: Service;
  readonly endpoints?: Endpoints;
  /** All Pods of the namespace. */
  readonly pods: readonly Pod[];
  readonly now: number;
};

/** The Endpoints object of a Service, of the same name (pkg/controller/endpoint/endpoints_controller.go). */
export function reconcileEndpoints({ service, endpoints, pods, now }: EndpointsInput): Pass {
  const { selector } = service.spec;
  if (!selector || service.metadata.deletionTimestamp) return { writes: [] };
  const subsets = subsetsOf(
    service,
    pods.filter((pod) => matches({ matchLabels: selector }, pod.metadata.labels)),
  );
  const labels = { ...service.metadata.labels, ...MANAGED_BY };
  const annotations = { [LAST_CHANGE]: seconds(now) };
  const { name, namespace } = service.metadata;
  if (!endpoints) {
    const metadata = { name, namespace, labels, annotations };
    const content = subsets.length > 0 ? { subsets } : {};
    const object = { apiVersion: 'v1', kind: 'Endpoints', metadata, ...content } as const;
    return { writes: [{ verb: 'create', object }] };
  }
  if (same(endpoints.subsets ?? [], subsets) && same(endpoints.metadata.labels, labels))
    return { writes: [] };
  const patch = { metadata: { labels, annotations }, subsets: subsets.length > 0 ? subsets : null };
  const write: Write = { verb: 'merge', target: targetOf('Endpoints', endpoints), patch };
  return { writes: [write] };
}

/** One subset: all pods of a Service resolve a named port alike here. Terminating pods are in neither list. */
function subsetsOf({ spec }: Service, selected: readonly Pod[]): readonly EndpointSubset[] {
  const present = selected
    .filter((pod) => pod.status?.podIP && !pod.metadata.deletionTimestamp && !hasEnded(pod))
    .toSorted((a, b) => ((a.status?.podIP ?? '') < (b.status?.podIP ?? '') ? -1 : 1));
  if (present.length === 0) return [];
  const ready = present.filter(isReady).map(addressOf);
  const notReady = present.filter((pod) => !isReady(pod)).map(addressOf);
  const ports = (spec.ports ?? []).map(({ name, targetPort, port, protocol = 'TCP' }) => ({
    ...(name ? { name } : {}),
    port: resolvedPort(targetPort ?? port, present[0]),
    protocol,
  }));
  return [
    {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    },
  ];
}

const addressOf = ({ metadata: { name, namespace, uid }, spec, status }: Pod): EndpointAddress => ({
  ip: status?.podIP ?? '',
  nodeName: spec.nodeName,
  targetRef: { kind: 'Pod', name, namespace, uid },
});
