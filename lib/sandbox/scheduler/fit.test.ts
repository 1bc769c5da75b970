import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '#lib/sandbox/client/objects.ts';
import { placement } from './fit.ts';

const metadata = (name: string) => ({ name, uid: name, resourceVersion: '1', creationTimestamp: '' });
const aNode = (name: string, spec: Node['spec'] = {}, labels = {}): Node => ({
  metadata: { ...metadata(name), labels },
  spec,
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '3' } },
});
const aPod = (requests: Record<string, string>, spec: Partial<Pod['spec']> = {}): Pod => ({
  metadata: metadata('pod'),
  spec: { containers: [{ name: 'a', image: 'i', resources: { requests } }], ...spec },
});
const on = (node: string, requests: Record<string, string> = {}): Pod => aPod(requests, { nodeName: node });

describe('placement', () => {
  it('takes the emptiest node that fits', () => {
    const nodes = [aNode('a'), aNode('b')];
    expect(placement(aPod({ cpu: '500m' }), nodes, [on('a', { cpu: '1' })])).toEqual({ node: 'b' });
  });

  it.each<[string, Pod, Node[], Pod[], string]>([
    [
      'full and too small nodes apart',
      aPod({ memory: '3Gi' }),
      [aNode('a'), aNode('b')],
      [on('a', { memory: '2Gi' }), on('b', { memory: '2Gi' })],
      '0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ],
    [
      'cpu and memory of one node both',
      aPod({ cpu: '9', memory: '9Gi' }),
      [aNode('a')],
      [],
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'taints, cordons and selectors',
      aPod({}, { nodeSelector: { disk: 'ssd' } }),
      [
        aNode('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }),
        aNode('b', { unschedulable: true }),
        aNode('c'),
      ],
      [],
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {k: v}, 1 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ],
    [
      'too many pods',
      aPod({}),
      [aNode('a')],
      [on('a'), on('a'), on('a')],
      '0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    ['no nodes at all', aPod({}), [], [], 'no nodes available to schedule pods'],
  ])('explains %s', (_case, pod, nodes, pods, message) =>
    expect(placement(pod, nodes, pods)).toEqual({ message }),
  );

  it('goes to a tainted node with the toleration', () => {
    const tainted = aNode('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] });
    const tolerations = [{ key: 'k', operator: 'Exists' as const }];
    expect(placement(aPod({}, { tolerations }), [tainted], [])).toEqual({ node: 'a' });
  });
});
