import { describe, expect, it } from 'vitest';
import { aNode, anEvent } from './build-cluster.ts';
import { ownerRefTo } from './build-meta.ts';
import { aContainerStatus, aCrashLoopingStatus, anUnschedulablePod, aPod, waiting } from './build-pod.ts';
import { aDeployment, aReplicaSet } from './build-workload.ts';
import { at } from './time.ts';

describe('builders', () => {
  it('make a ready pod whose spec matches its statuses', () => {
    const pod = aPod({ statuses: [aContainerStatus({ name: 'api' })], name: 'api-1' });
    expect(pod.template.containers.map((container) => container.name)).toEqual(['api']);
    expect(pod.conditions.find((condition) => condition.type === 'Ready')?.status).toBe('True');
    expect(pod.meta).toMatchObject({ name: 'api-1', namespace: 'shop', uid: 'shop/api-1' });
  });

  it('make a pod unready when one of its containers is', () => {
    const pod = aPod({ statuses: [aContainerStatus({ state: waiting('ImagePullBackOff') })] });
    expect(pod.conditions.find((condition) => condition.type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    });
  });

  it('write the kubelet back-off message', () => {
    expect(aCrashLoopingStatus({ delay: '10s', name: 'api' }).state).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: 'back-off 10s restarting failed container=api pod=web-5f7d-abcde_shop(0b1c)',
    });
  });

  it('leave an unschedulable pod without a node', () => {
    const pod = anUnschedulablePod('0/3 nodes are available: 3 Insufficient memory.');
    expect(pod.nodeName).toBeUndefined();
    expect(pod.phase).toBe('Pending');
  });

  it('chain owners', () => {
    const deployment = aDeployment({ name: 'cart', replicas: { desired: 3, ready: 1 } });
    const replicaSet = aReplicaSet({ deployment });
    expect(replicaSet.meta).toMatchObject({ name: 'cart-5f7d', owner: ownerRefTo(deployment) });
    expect(deployment.replicas).toEqual({ desired: 3, current: 3, updated: 3, ready: 1, available: 3 });
  });

  it('point an event at its object', () => {
    const node = aNode();
    expect(anEvent({ about: node, reason: 'NodeNotReady', lastAt: at('10:01:00') }).regarding).toEqual({
      kind: 'Node',
      namespace: '',
      name: 'node-1',
      uid: 'node-1',
    });
  });
});
