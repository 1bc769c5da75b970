import { describe, expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import { isNodeDown, nodeProblem } from './node-problem.ts';

const NOW = at('10:00:00');
const silent = aCondition('Ready', 'Unknown', {
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
  lastTransitionAt: at('09:58:00'),
});
const ready = aCondition('Ready', 'True');

describe('nodeProblem', () => {
  it('finds nothing wrong with a ready node, cordoned or not', () => {
    expect(nodeProblem(aNode(), NOW)).toBeUndefined();
    expect(nodeProblem(aNode({ unschedulable: true }), NOW)).toBeUndefined();
  });

  it('reports a node that fell silent', () => {
    expect(nodeProblem(aNode({ conditions: [silent] }), NOW)).toEqual({
      family: 'node',
      owner: { kind: 'Node', namespace: '', name: 'node-1', uid: 'node-1' },
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      sinceAt: at('09:58:00'),
      restartCount: 0,
    });
  });

  it.each(['DiskPressure', 'MemoryPressure', 'PIDPressure', 'NetworkUnavailable'])(
    'reports %s of a ready node, which is not down',
    (type) => {
      const node = aNode({ conditions: [ready, aCondition(type, 'True', { reason: '' })] });
      expect(nodeProblem(node, NOW)).toMatchObject({ family: 'node', reason: type });
      expect(isNodeDown(node, NOW)).toBe(false);
    },
  );

  it('tells of the silence before the pressure', () => {
    const node = aNode({ conditions: [silent, aCondition('DiskPressure', 'True')] });
    expect(nodeProblem(node, NOW)?.reason).toBe('NodeStatusUnknown');
  });

  it('gives a joining node two minutes', () => {
    const notReady = aCondition('Ready', 'False', {
      reason: 'KubeletNotReady',
      message: 'cni plugin not initialized',
    });
    const node = aNode({ meta: { createdAt: NOW - MINUTE }, conditions: [notReady] });
    expect(nodeProblem(node, NOW)).toBeUndefined();
    expect(isNodeDown(node, NOW)).toBe(false);
    expect(nodeProblem(node, NOW + MINUTE)).toMatchObject({ reason: 'KubeletNotReady' });
    expect(isNodeDown(node, NOW + MINUTE)).toBe(true);
  });

  it('reports a node that never said anything', () => {
    expect(nodeProblem(aNode({ conditions: [] }), NOW)).toMatchObject({ reason: 'NodeStatusNeverUpdated' });
  });

  it('is silent about a node being deleted', () => {
    expect(nodeProblem(aNode({ meta: { deletedAt: NOW }, conditions: [silent] }), NOW)).toBeUndefined();
  });
});
