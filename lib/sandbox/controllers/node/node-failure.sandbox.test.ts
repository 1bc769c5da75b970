import { beforeEach, describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { KUBELET_WISH, PRESSURE_WISH } from '#lib/sandbox/kubelet/node-wishes.ts';
import { deployment, namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

const REDIS = { image: 'redis:7-alpine', port: 6379, replicas: 3, cpu: '10m', memory: '16Mi' };

let cluster: TestCluster;
const node = (name: string) => {
  const found = cluster.sandbox.simulation.cluster.informers.nodes.get(undefined, name);
  if (!found) throw new Error(`There is no Node ${name}`);
  return found;
};
const wish = (name: string, key: string, value: string | null) =>
  cluster.patch(`/api/v1/nodes/${name}`, { metadata: { annotations: { [key]: value } } });
const condition = (name: string, type: string) => findCondition(node(name).status?.conditions, type);
const podsOn = (name: string): readonly Pod[] =>
  cluster.pods('shop/cache').filter(({ spec }) => spec.nodeName === name);
const isReady = ({ status }: Pod) => findCondition(status?.conditions, 'Ready')?.status === 'True';
const said = async (where: string, reason: string) =>
  (await cluster.events(where)).filter((event) => event.reason === reason).map(({ message }) => message);

beforeEach(async () => {
  cluster = await TestCluster.start();
  await cluster.apply(namespace('shop'), deployment('shop/cache', REDIS));
  await cluster.advance(MINUTE);
});

describe('a node whose kubelet stops', () => {
  it('is Unknown and tainted after 40 s, and its pods are not ready', async () => {
    expect(podsOn('worker-1').map(isReady)).toEqual([true]);
    await wish('worker-1', KUBELET_WISH, 'stopped');
    await cluster.advance(35 * SECOND);
    expect(condition('worker-1', 'Ready')?.status).toBe('True');
    await cluster.advance(20 * SECOND);
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
      expect(condition('worker-1', type)).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    expect(node('worker-1').spec.taints).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    expect(podsOn('worker-1').map(isReady)).toEqual([false]);
    expect(await said('default', 'NodeNotReady')).toEqual(['Node worker-1 status is now: NodeNotReady']);
    expect(await said('shop', 'NodeNotReady')).toEqual(['Node is not ready']);
    expect(podsOn('worker-1')[0]?.status?.containerStatuses?.[0]?.state.running).toBeDefined();
  });

  it('loses its pods after five minutes; they stay Terminating, and others take their place', async () => {
    await wish('worker-1', KUBELET_WISH, 'stopped');
    await cluster.advance(4 * MINUTE);
    expect(cluster.pods('shop/cache')).toHaveLength(3);
    await cluster.advance(20 * MINUTE);
    const [lost, ...more] = podsOn('worker-1');
    expect(more).toEqual([]);
    expect(lost?.metadata.deletionTimestamp).toBeDefined();
    expect(findCondition(lost?.status?.conditions, 'DisruptionTarget')?.reason).toBe(
      'DeletionByTaintManager',
    );
    expect(cluster.pods('shop/cache').filter(isReady)).toHaveLength(3);
    const name = `shop/${lost?.metadata.name ?? ''}`;
    expect(await said('shop', 'TaintManagerEviction')).toEqual([`Marking for deletion Pod ${name}`]);
  });

  it('comes back without a trace when it returns in time', async () => {
    await wish('worker-1', KUBELET_WISH, 'stopped');
    await cluster.advance(2 * MINUTE);
    await wish('worker-1', KUBELET_WISH, null);
    await cluster.advance(15 * SECOND);
    expect(condition('worker-1', 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect(node('worker-1').spec.taints ?? []).toEqual([]);
    expect(podsOn('worker-1').map(isReady)).toEqual([true]);
    expect(await said('shop', 'TaintManagerEviction')).toEqual([
      expect.stringMatching(/^Cancelling deletion of Pod shop\/cache-/),
    ]);
    await cluster.advance(10 * MINUTE);
    expect(podsOn('worker-1').map(isReady)).toEqual([true]);
  });

  it('removes the pods it was told to delete when it returns late', async () => {
    await wish('worker-1', KUBELET_WISH, 'stopped');
    await cluster.advance(8 * MINUTE);
    await wish('worker-1', KUBELET_WISH, null);
    await cluster.advance(MINUTE);
    expect(podsOn('worker-1')).toEqual([]);
    expect(cluster.pods('shop/cache')).toHaveLength(3);
  });

  it('takes its pods along when it is deleted', async () => {
    await cluster.sandbox.transport.request({ method: 'DELETE', path: '/api/v1/nodes/worker-1' });
    await cluster.advance(2 * MINUTE);
    expect(podsOn('worker-1')).toEqual([]);
    expect(cluster.pods('shop/cache').filter(isReady)).toHaveLength(3);
  });
});

describe('a node under disk pressure', () => {
  it('says so, evicts one pod after the other, and refuses new ones', async () => {
    const victim = podsOn('worker-2')[0]?.metadata.name ?? '';
    await wish('worker-2', PRESSURE_WISH, 'disk');
    await cluster.advance(30 * SECOND);
    expect(condition('worker-2', 'DiskPressure')).toMatchObject({
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
    });
    expect(node('worker-2').spec.taints).toMatchObject([
      { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' },
    ]);
    const evicted = cluster.pods('shop/cache').find(({ metadata }) => metadata.name === victim);
    expect(evicted?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(evicted?.status?.message).toMatch(
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: 10737418400, available: \d+Ki\. Container cache was using \d+(Ki|Mi), request is 0, has larger consumption of ephemeral-storage\. $/,
    );
    expect(await said('shop', 'Evicted')).toEqual([evicted?.status?.message]);
    expect(evicted?.status?.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(137);
    expect(cluster.pods('shop/cache').filter(isReady)).toHaveLength(3);
    expect((await said('default', 'EvictionThresholdMet')).length).toBeGreaterThan(0);
    expect(await said('default', 'NodeHasDiskPressure')).toEqual([
      'Node worker-2 status is now: NodeHasDiskPressure',
    ]);
  });

  it('is itself again five minutes after the pressure', async () => {
    await wish('worker-2', PRESSURE_WISH, 'disk');
    await cluster.advance(30 * SECOND);
    await wish('worker-2', PRESSURE_WISH, null);
    await cluster.advance(4 * MINUTE);
    expect(condition('worker-2', 'DiskPressure')?.status).toBe('True');
    await cluster.advance(2 * MINUTE);
    expect(condition('worker-2', 'DiskPressure')?.status).toBe('False');
    expect(node('worker-2').spec.taints ?? []).toEqual([]);
  });

  it.each([
    ['is too big for the node', 'OutOfcpu', { cpu: '9' }, {}],
    ['is meant for other nodes', 'NodeAffinity', {}, { disk: 'ssd' }],
  ])(
    'leaves a pod that was put on a node by hand and %s Failed',
    async (_case, reason, requests, nodeSelector) => {
      const containers = [{ name: 'a', image: REDIS.image, resources: { requests } }];
      const metadata = { namespace: 'shop', name: 'by-hand', labels: { app: 'by-hand' } };
      const spec = { nodeName: 'worker-3', nodeSelector, containers };
      await cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
      await cluster.advance(5 * SECOND);
      const [pod] = cluster.pods('shop/by-hand');
      expect(pod?.status).toMatchObject({ phase: 'Failed', reason });
      expect(pod?.status?.message).toMatch(/^Pod was rejected: /);
    },
  );
});
