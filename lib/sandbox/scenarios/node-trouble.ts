import { KUBELET_WISH, PRESSURE_WISH } from '#lib/sandbox/kubelet/node-wishes.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service } from './manifests.ts';
import { inPool, poolNode } from './nodes.ts';
import { after, defineScenario, later, MINUTE, SECOND } from './scenario.ts';
import { daemonSet, statefulSet } from './workload-manifests.ts';

/** What somebody does to a node that is there. */
const change = (name: string, annotations: Readonly<Record<string, string>>, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, annotations },
  spec,
});

export const nodeNotReady = defineScenario({
  id: 'node-not-ready',
  cause: 'node-kubelet-stopped',
  causeOf: { kind: 'Node', name: 'batch-1' },
  title: 'batch-1 died with half of settlement on it',
  story:
    'The kubelet of batch-1 stopped. After 40 s the node is Unknown, after five more minutes its pods are told to leave; nobody confirms it, so they stay Terminating. The Deployment got new ones elsewhere, the StatefulSet must wait.',
  onlyInSandbox:
    'A real node controller needs six minutes of its own clock until pods are told to leave, and that does not follow the story.',
  seed: [
    poolNode('batch-1', 'batch', { index: 25 }),
    poolNode('batch-2', 'batch', { index: 26 }),
    namespace('settlement'),
    service('settlement/settlement', 80, 8080),
    deployment('settlement/settlement', {
      image: 'ghcr.io/acme/settlement:2.1.0',
      replicas: 4,
      health: '/healthz',
      pod: inPool('batch'),
    }),
    service('settlement/settlement-db', 5432),
    statefulSet('settlement/settlement-db', {
      image: 'postgres:16-alpine',
      port: 5432,
      pod: inPool('batch'),
      spec: { replicas: 2 },
    }),
  ],
  script: [
    later(
      MINUTE,
      after(21 * MINUTE, 'the kubelet of batch-1 stops', change('batch-1', { [KUBELET_WISH]: 'stopped' })),
    ),
  ],
  expect: {
    namespace: 'settlement',
    workload: 'settlement',
    reason: 'DeletionByTaintManager',
    sights: [
      {
        on: 'condition',
        of: 'Node',
        name: 'batch-1',
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      },
      { on: 'event', of: 'Node', reason: 'NodeNotReady' },
      { on: 'event', of: 'Pod', reason: 'TaintManagerEviction' },
      { on: 'pods', state: 'Terminating', count: 2 },
      { on: 'pods', state: 'Running', count: 4 },
    ],
  },
});

const quotaSync = (tag: string) =>
  deployment('platform/quota-sync', {
    image: `ghcr.io/acme/quota-sync:${tag}`,
    replicas: 2,
    health: '/healthz',
    pod: inPool('tenants'),
    cause: `release ${tag}`,
  });

export const nodesCordoned = defineScenario({
  id: 'nodes-cordoned',
  cause: 'node-cordoned',
  title: 'quota-sync finds no node: both of its pool are cordoned',
  story:
    'Somebody cordoned tenant-1 and tenant-2 for maintenance and never uncordoned them. What ran there goes on, but the new release has nowhere to start.',
  seed: [
    poolNode('tenant-1', 'tenants', { index: 27 }),
    poolNode('tenant-2', 'tenants', { index: 28 }),
    namespace('platform'),
    service('platform/quota-sync', 80, 8080),
    quotaSync('1.0.0'),
  ],
  script: [
    later(
      MINUTE,
      after(
        12 * MINUTE,
        'kubectl cordon tenant-1 tenant-2',
        change('tenant-1', {}, { unschedulable: true }),
        change('tenant-2', {}, { unschedulable: true }),
      ),
    ),
    later(5 * SECOND, after(25 * MINUTE, 'release 1.1.0', quotaSync('1.1.0'))),
  ],
  expect: {
    namespace: 'platform',
    workload: 'quota-sync',
    reason: 'Unschedulable',
    sights: [
      {
        on: 'condition',
        of: 'Pod',
        type: 'PodScheduled',
        status: 'False',
        message: '2 node(s) were unschedulable',
      },
      { on: 'pods', state: 'Running', count: 2 },
    ],
  },
});

export const diskPressure = defineScenario({
  id: 'disk-pressure-eviction',
  cause: 'evicted-node-pressure',
  // Of the replacements: the node that is short of disk takes no new pods.
  alsoTrue: ['node-disk-pressure'],
  title: 'transcoder filled the disk of its node and was evicted',
  story:
    'The scratch files of a large upload fill media-1, the only node of the pool. The kubelet evicts the pods one after the other; their replacements must wait until the pressure is over.',
  seed: [
    poolNode('media-1', 'media', { index: 29 }),
    namespace('media'),
    service('media/transcoder', 80, 8080),
    deployment('media/transcoder', {
      image: 'ghcr.io/acme/transcoder:1.3.0',
      replicas: 2,
      health: '/healthz',
      pod: inPool('media'),
      podAnnotations: { 'sandbox.local/ephemeral-storage': '46Gi' },
    }),
  ],
  script: [
    later(
      MINUTE,
      after(30 * MINUTE, 'the disk of media-1 fills up', change('media-1', { [PRESSURE_WISH]: 'disk' })),
    ),
  ],
  expect: {
    namespace: 'media',
    workload: 'transcoder',
    reason: 'Evicted',
    sights: [
      {
        on: 'condition',
        of: 'Node',
        name: 'media-1',
        type: 'DiskPressure',
        status: 'True',
        reason: 'KubeletHasDiskPressure',
      },
      {
        on: 'event',
        of: 'Pod',
        reason: 'Evicted',
        message: 'The node was low on resource: ephemeral-storage.',
      },
      { on: 'pods', state: 'Failed', count: 2 },
      { on: 'pods', state: 'Pending', count: 2 },
    ],
  },
});

export const daemonOnOneNode = defineScenario({
  id: 'daemonset-one-node',
  // The loop goes on because of what each of its pods says: it was evicted.
  cause: 'evicted-node-pressure',
  title: 'log-shipper fails on one node and is recreated again and again',
  story:
    'Daemon pods tolerate a disk under pressure, so log-shipper is placed on store-2 all the same; the kubelet there throws it out. The controller deletes the failed pod and makes the next one, ever more slowly. On store-1 it runs.',
  ownPace: 'A real DaemonSet controller puts off the replacement of failed pods by its own clock.',
  seed: [
    poolNode('store-1', 'store', { index: 30 }),
    poolNode('store-2', 'store', { index: 31 }),
    namespace('logging'),
    daemonSet('logging/log-shipper', {
      image: 'ghcr.io/acme/log-shipper:1.2.0',
      cpu: '50m',
      memory: '64Mi',
      pod: inPool('store'),
    }),
  ],
  script: [
    later(
      MINUTE,
      after(23 * MINUTE, 'the disk of store-2 fills up', change('store-2', { [PRESSURE_WISH]: 'disk' })),
    ),
  ],
  expect: {
    namespace: 'logging',
    workload: 'log-shipper',
    kind: 'DaemonSet',
    reason: 'Evicted',
    sights: [
      { on: 'condition', of: 'Node', name: 'store-2', type: 'DiskPressure', status: 'True' },
      {
        on: 'event',
        of: 'DaemonSet',
        reason: 'FailedDaemonPod',
        message: 'Found failed daemon pod logging/log-shipper-',
      },
      { on: 'pods', state: 'Running', count: 1 },
      { on: 'pods', state: 'Failed', count: 1 },
    ],
  },
});

export const NODE_SCENARIOS = [nodeNotReady, nodesCordoned, diskPressure, daemonOnOneNode];
