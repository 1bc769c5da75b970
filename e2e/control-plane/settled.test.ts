import { describe, expect, it } from 'vitest';
import type { Condition, Deployment, Metadata, Pod, ReplicaSet } from '#lib/sandbox/client/objects.ts';
import type { EndpointSlice, Service } from '#lib/sandbox/client/service-objects.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import { decisive, unsettled, type Snapshot } from './settled.ts';

const meta = (name: string, more: Partial<Metadata> = {}): Metadata => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-05T12:00:00Z',
  ...more,
});
const ownedBy = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
});
const template = { spec: { containers: [] } };
const selector = { matchLabels: { app: 'cart' } };
const ready: Condition = { type: 'Ready', status: 'True' };

const deployment: Deployment = {
  metadata: meta('cart', { generation: 2 }),
  spec: { replicas: 2, selector, template },
  status: { observedGeneration: 2, replicas: 2, readyReplicas: 1 },
};
const replicaSet: ReplicaSet = {
  metadata: meta('cart-1', { generation: 1, ...ownedBy('Deployment', 'cart') }),
  spec: { replicas: 2, selector, template },
  status: { observedGeneration: 1, replicas: 2, readyReplicas: 1 },
};
const pod = (name: string, conditions: readonly Condition[] = []): Pod => ({
  metadata: meta(name, ownedBy('ReplicaSet', 'cart-1')),
  spec: { containers: [], nodeName: 'worker-1' },
  status: { phase: 'Running', conditions },
});
const quiet: Snapshot = {
  namespaces: [{ metadata: meta('shop') }],
  serviceAccounts: [{ metadata: meta('default') }],
  deployments: [deployment],
  replicaSets: [replicaSet],
  statefulSets: [],
  daemonSets: [],
  pods: [pod('a', [ready]), pod('b')],
  services: [],
  endpointSlices: [],
  claims: [],
  volumes: [],
};
const service: Service = { metadata: meta('cart'), spec: { selector: { app: 'cart' } } };
const labelled = (conditions: readonly Condition[]): Pod => {
  const made = pod('a', conditions);
  return { ...made, metadata: { ...made.metadata, labels: { app: 'cart' } } };
};
const slice: EndpointSlice = {
  metadata: meta('cart-x', { labels: { 'kubernetes.io/service-name': 'cart' } }),
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready: true, serving: true, terminating: false } }],
};
const served: Snapshot = {
  ...quiet,
  pods: [labelled([ready]), pod('b')],
  services: [service],
  endpointSlices: [slice],
};
const set = { metadata: meta('agent', { generation: 1 }), spec: { selector, template } };
const member = (conditions: readonly Condition[]): Pod => ({
  ...pod('agent-0', conditions),
  metadata: meta('agent-0', ownedBy('DaemonSet', 'agent')),
});
/** Of one pod, which is ready, and of a controller that has counted so many. */
const ofSets = (placed: number, numberReady: number): Snapshot => ({
  ...quiet,
  pods: [...quiet.pods, member([ready])],
  statefulSets: [{ ...set, status: { observedGeneration: 1, replicas: placed, readyReplicas: numberReady } }],
  daemonSets: [{ ...set, status: { observedGeneration: 1, currentNumberScheduled: placed, numberReady } }],
});
const claim: PersistentVolumeClaim = { metadata: meta('data'), spec: { volumeName: 'disk' } };
const volume: PersistentVolume = {
  metadata: { ...meta('disk'), namespace: undefined },
  spec: { claimRef: { namespace: 'shop', name: 'data' } },
};
const withStatus = (status: Partial<Deployment['status']>): Snapshot => ({
  ...quiet,
  deployments: [{ ...deployment, status: { ...deployment.status, ...status } }],
});
const withSet = (change: Partial<ReplicaSet>): Snapshot => ({
  ...quiet,
  replicaSets: [{ ...replicaSet, ...change }],
});
const unbound = (conditions: readonly Condition[]): Pod => {
  const { metadata, status } = pod('b');
  return { metadata, spec: { containers: [] }, status: { ...status, conditions } };
};

describe('a control plane has nothing to do', () => {
  it('when every status agrees with what it is derived from', () => {
    expect(unsettled(quiet)).toEqual([]);
  });

  it('about a pod that fits nowhere', () => {
    const refused: Condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    expect(unsettled({ ...quiet, pods: [pod('a', [ready]), unbound([refused])] })).toEqual([]);
  });

  it('about Services whose ready pods are their endpoints, and those without pods of their own', () => {
    expect(unsettled(served)).toEqual([]);
    expect(unsettled({ ...quiet, services: [{ metadata: meta('elsewhere'), spec: {} }] })).toEqual([]);
  });

  it('about sets that have counted their pods', () => {
    expect(unsettled(ofSets(1, 1))).toEqual([]);
  });

  it('about claims nobody has a volume for', () => {
    expect(unsettled({ ...quiet, claims: [claim] })).toEqual([]);
  });

  it('about pods an admission plugin refuses', () => {
    const conditions: readonly Condition[] = [{ type: 'ReplicaFailure', status: 'True' }];
    const refused = {
      spec: { ...replicaSet.spec, replicas: 3 },
      status: { ...replicaSet.status, conditions },
    };
    expect(unsettled(withSet(refused))).toEqual([]);
  });
});

describe('a control plane is at work', () => {
  it.each<[string, Snapshot, string]>([
    ['while a namespace has no service account', { ...quiet, serviceAccounts: [] }, 'has no service account'],
    ['before it looked at a Deployment', withStatus({ observedGeneration: 1 }), 'was not looked at'],
    ['before it summed up the ReplicaSets', withStatus({ readyReplicas: 0 }), 'readyReplicas is 0'],
    ['before it looked at a ReplicaSet', withSet({ status: {} }), 'was not looked at'],
    ['before it counted the pods', { ...quiet, pods: [pod('a', [ready])] }, 'counts 2 pods of 1'],
    ['before it saw a pod get ready', { ...quiet, pods: [pod('a', [ready]), pod('b', [ready])] }, '1 ready'],
    ['before it made all pods', withSet({ spec: { ...replicaSet.spec, replicas: 3 } }), 'has 2 of 3 pods'],
    ['before a ready pod is an endpoint', { ...served, endpointSlices: [] }, 'has 0 endpoints of 1'],
    [
      'before it took an endpoint away',
      { ...served, pods: [pod('a', [ready]), pod('b')] },
      '1 endpoints of 0',
    ],
    ['before it bound a claim', { ...quiet, claims: [claim], volumes: [volume] }, 'data is not bound'],
    ['before it looked at a StatefulSet', { ...quiet, statefulSets: [set] }, 'agent was not looked at'],
    ['before it looked at a DaemonSet', { ...quiet, daemonSets: [set] }, 'agent was not looked at'],
    [
      'before it counted the pods of a StatefulSet',
      ofSets(0, 1),
      'stateful set shop/agent counts 0 pods of 1',
    ],
    ['before it saw one get ready', ofSets(1, 0), 'stateful set shop/agent counts 0 ready pods of 1'],
    ['before it counted the pods of a DaemonSet', ofSets(0, 1), 'daemon set shop/agent counts 0 of 1 nodes'],
    ['before it saw a daemon get ready', ofSets(1, 0), 'daemon set shop/agent counts 0 ready pods of 1'],
    ['before it chose a node', { ...quiet, pods: [pod('a', [ready]), unbound([])] }, 'is not scheduled'],
  ])('%s', (_behaviour, snapshot, expected) => {
    expect(unsettled(snapshot).join('\n')).toContain(expected);
  });
});

describe('what controllers decide by', () => {
  it('changes with the readiness of a pod, and not with why its container waits', () => {
    const waiting = { ...pod('b'), status: { ...pod('b').status, containerStatuses: [] } };
    expect(decisive({ ...quiet, pods: [pod('a', [ready]), waiting] })).toBe(decisive(quiet));
    expect(decisive({ ...quiet, pods: [pod('a'), pod('b')] })).not.toBe(decisive(quiet));
  });
});
