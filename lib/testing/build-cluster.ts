import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { ObjectMeta } from '#lib/model/object-meta.ts';
import type { Revision } from '#lib/model/revision.ts';
import type { EndpointSlice, Service } from '#lib/model/service.ts';
import { aCondition, aMeta, type MetaInput } from './build-meta.ts';
import { aTemplate } from './build-template.ts';
import { at } from './time.ts';

export type EventInput = Partial<Omit<KubeEvent, 'regarding'>> & {
  readonly regarding?: Partial<KubeEvent['regarding']>;
  /** The object the event is about; fills `regarding`. */
  readonly about?: { readonly kind: string; readonly meta: ObjectMeta };
  readonly container?: string;
};

export function anEvent(input: EventInput = {}): KubeEvent {
  const { about, container, regarding, ...rest } = input;
  const namespace = about?.meta.namespace ?? 'shop';
  const name = about?.meta.name ?? 'web-5f7d-abcde';
  const target = {
    kind: about?.kind ?? 'Pod',
    namespace,
    name,
    uid: about?.meta.uid ?? `${namespace}/${name}`,
    ...(container === undefined ? {} : { container }),
    ...regarding,
  };
  const lastAt = rest.lastAt ?? at('10:00:00');
  const reason = rest.reason ?? 'BackOff';
  return {
    uid: `event-${target.name}-${reason}-${lastAt}`,
    namespace: target.namespace,
    name: `${target.name}.${reason}`,
    type: 'Warning',
    message: '',
    component: 'kubelet',
    count: 1,
    firstAt: lastAt,
    ...rest,
    reason,
    lastAt,
    regarding: target,
  };
}

/** A ready node running kubelet 1.35. */
export function aNode(
  input: Partial<Omit<KubeNode, 'kind' | 'meta'>> & {
    readonly name?: string;
    readonly meta?: MetaInput;
  } = {},
): KubeNode {
  const { name = 'node-1', meta, ...rest } = input;
  return {
    kind: 'Node',
    meta: aMeta({ namespace: '', name, ...meta }),
    unschedulable: false,
    taints: [],
    capacity: { cpu: '4', memory: '16Gi', pods: '110' },
    allocatable: { cpu: '4', memory: '16Gi', pods: '110' },
    conditions: [aCondition('Ready', 'True', { reason: 'KubeletReady', lastTransitionAt: at('08:00:00') })],
    kubeletVersion: 'v1.35.7',
    architecture: 'amd64',
    containerRuntime: 'containerd://2.1.4',
    providerId: '',
    ...rest,
  };
}

export function aService(
  input: Partial<Omit<Service, 'kind' | 'meta'>> & {
    readonly name?: string;
    readonly namespace?: string;
  } = {},
): Service {
  const { name = 'web', namespace = 'shop', ...rest } = input;
  return {
    kind: 'Service',
    meta: aMeta({ name, namespace }),
    selector: { app: name },
    ports: [{ port: 80, targetPort: 8080 }],
    ...rest,
  };
}

export function anEndpointSlice(
  input: Partial<Omit<EndpointSlice, 'kind' | 'meta'>> & {
    readonly name?: string;
    readonly namespace?: string;
  } = {},
): EndpointSlice {
  const { name, namespace = 'shop', serviceName = 'web', ...rest } = input;
  return {
    kind: 'EndpointSlice',
    meta: aMeta({ name: name ?? `${serviceName}-x7k2p`, namespace }),
    serviceName,
    endpoints: [],
    ...rest,
  };
}

export function aRevision(input: Partial<Revision> = {}): Revision {
  const template = input.template ?? aTemplate();
  const number = input.number ?? 1;
  return {
    kind: 'ReplicaSet',
    name: `web-r${number}`,
    uid: `shop/web-r${number}`,
    images: template.containers.map((container) => container.image),
    createdAt: at('09:00:00'),
    isCurrent: false,
    ready: 0,
    desired: 0,
    restarts: 0,
    wasReturnedTo: (input.pastRevisions?.length ?? 0) > 0,
    ...input,
    number,
    template,
  };
}
