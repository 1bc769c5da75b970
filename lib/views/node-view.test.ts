import { describe, expect, it } from 'vitest';
import type { KubeNode } from '#lib/model/node.ts';
import type { Pod } from '#lib/model/pod.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aContainer } from '#lib/testing/build-template.ts';
import { aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import type { NodePodFacts } from './incident-facts.ts';
import { nodeView } from './node-view.ts';

const on = (pod: Pod, facts: Partial<NodePodFacts> = {}): NodePodFacts => ({
  pod,
  owner: aWorkloadRef(),
  suffers: false,
  ...facts,
});
const view = (node: KubeNode, pods: readonly NodePodFacts[] = []) =>
  nodeView({ node, pods, seesAllPods: true });

const tolerating = (name: string, tolerationSeconds?: number) =>
  aPod({
    name,
    template: {
      tolerations: [
        {
          key: 'node.kubernetes.io/unreachable',
          operator: 'Exists',
          effect: 'NoExecute',
          ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
        },
      ],
    },
  });

const silent = aNode({
  conditions: [
    aCondition('MemoryPressure', 'Unknown'),
    aCondition('Ready', 'Unknown', { reason: 'NodeStatusUnknown', lastTransitionAt: at('10:00:00') }),
  ],
  reportedAt: at('09:59:10'),
  taints: [
    {
      key: 'node.kubernetes.io/unreachable',
      value: '',
      effect: 'NoExecute',
      addedAt: at('10:00:00'),
    },
  ],
});

describe('a node that does not report', () => {
  it('tells when each pod has to leave, who stays, and who was told already', () => {
    const leaving = aPod({ name: 'c', meta: { deletedAt: at('10:03:00') } });
    const { pods, outlook } = view(silent, [
      on(tolerating('a', 300)),
      on(tolerating('b')),
      on(leaving),
      on(aPod({ name: 'd', phase: 'Failed', reason: 'Evicted' })),
    ]);
    expect(pods.map(({ name, fate }) => [name, fate])).toEqual([
      ['a', { kind: 'at', at: at('10:05:00') }],
      ['b', { kind: 'never' }],
      ['c', { kind: 'leaving', since: at('10:03:00') }],
      ['d', undefined],
    ]);
    expect(outlook).toEqual([
      'Its kubelet last wrote its status at 2026-01-15 09:59 UTC. The node is Ready again seconds after it does; what is shown of its pods is old until then.',
      '1 pod is told to leave at 2026-01-15 10:05 UTC, when the tolerations run out; the controllers then make others.',
      '1 pod is told to leave already: Terminating until the kubelet confirms it.',
      '1 pod is never told to leave: such pods tolerate the taints for ever.',
    ]);
  });

  it('shows Ready first, and what is bad of each kind', () => {
    const node = aNode({
      conditions: [
        aCondition('PIDPressure', 'False'),
        aCondition('DiskPressure', 'True'),
        aCondition('Ready', 'True'),
      ],
    });
    expect(view(node).conditions.map(({ type, isBad }) => [type, isBad])).toEqual([
      ['Ready', false],
      ['DiskPressure', true],
      ['PIDPressure', false],
    ]);
  });

  it('names its taints with their values', () => {
    const node = aNode({ taints: [{ key: 'pool', value: 'media', effect: 'NoSchedule' }] });
    expect(view(node).taints).toEqual([{ text: 'pool=media:NoSchedule', addedAt: undefined }]);
  });
});

describe('what is requested on a node', () => {
  const asks = (cpu: string, role: 'app' | 'init' = 'app') =>
    aContainer({ name: `${role}-${cpu}`, role, resources: { requests: { cpu }, limits: {} } });

  it('counts as the scheduler does: pods that ended hold nothing, init containers only where they are larger', () => {
    const pods = [
      on(aPod({ name: 'a', template: { containers: [asks('500m'), asks('250m'), asks('1', 'init')] } })),
      on(aPod({ name: 'b', template: { containers: [asks('1')] } })),
      on(aPod({ name: 'c', phase: 'Failed', template: { containers: [asks('4')] } })),
    ];
    const { resources } = view(aNode(), pods);
    expect(resources.find(({ name }) => name === 'cpu')).toEqual({
      name: 'cpu',
      capacity: '4',
      allocatable: '4',
      requested: '2',
      share: 0.5,
    });
    expect(resources.find(({ name }) => name === 'pods')?.requested).toBe('2');
  });

  it('has no share where the node has not said what it has', () => {
    const [cpu] = view(aNode({ allocatable: {} })).resources;
    expect(cpu).toMatchObject({ name: 'cpu', allocatable: 'not reported' });
    expect(cpu).not.toHaveProperty('share');
  });
});

it('pods that suffer come first, then those whose workload does, and the rest is counted', () => {
  const incident = { id: 'x', cause: 'It crashes' };
  const many = Array.from({ length: 70 }, (_, index) => on(aPod({ name: `p-${index}` })));
  const { pods, podCount } = view(aNode(), [
    ...many,
    on(aPod({ name: 'z-own' }), { incident }),
    on(aPod({ name: 'z-worst' }), { suffers: true }),
  ]);
  expect(pods.slice(0, 2).map(({ name }) => name)).toEqual(['z-worst', 'z-own']);
  expect([pods.length, podCount]).toEqual([60, 72]);
});

it('a cordon is told with what it means', () => {
  expect(view(aNode({ unschedulable: true })).outlook).toEqual([
    'It is cordoned: no new pods come until somebody uncordons it. What runs on it goes on.',
  ]);
});
