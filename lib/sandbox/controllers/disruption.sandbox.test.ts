import { beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service } from '#lib/sandbox/scenarios/manifests.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';

let cluster: TestCluster;
const caches = () => cluster.sandbox.simulation.cluster.informers;
const budget = (spec: object): Draft => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { namespace: 'shop', name: 'cache' },
  spec: { selector: { matchLabels: { app: 'cache' } }, ...spec },
});
const evict = async (index: number) => {
  const name = cluster.pods('shop/cache')[index]?.metadata.name ?? '';
  const path = `/api/v1/namespaces/shop/pods/${name}/eviction`;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'shop' } };
  return cluster.sandbox.transport.request({ method: 'POST', path, body });
};

beforeEach(async () => {
  cluster = await TestCluster.start();
  await cluster.apply(
    namespace('shop'),
    deployment('shop/cache', { image: 'redis:7-alpine', port: 6379, replicas: 3 }),
    service('shop/cache', 6379),
  );
  await cluster.advance(MINUTE);
});

describe('a disruption budget', () => {
  it.each<[string, object, number]>([
    ['minAvailable 2', { minAvailable: 2 }, 1],
    ['minAvailable 100%', { minAvailable: '100%' }, 0],
    ['maxUnavailable 50%', { maxUnavailable: '50%' }, 2],
  ])(
    '%s of three healthy pods allows as many disruptions as it should',
    async (_case, spec, disruptionsAllowed) => {
      await cluster.apply(budget(spec));
      await cluster.advance(SECOND);
      expect(caches().disruptionBudgets.get('shop', 'cache')?.status).toMatchObject({
        currentHealthy: 3,
        disruptionsAllowed,
        expectedPods: 3,
        conditions: [
          {
            type: 'DisruptionAllowed',
            status: disruptionsAllowed > 0 ? 'True' : 'False',
            reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
            message: '',
          },
        ],
      });
    },
  );

  it('lets one eviction through and refuses the next in the words kubectl drain waits for', async () => {
    await cluster.apply(budget({ minAvailable: 2 }));
    await cluster.advance(SECOND);
    expect((await evict(0)).status).toBe(201);
    expect(await evict(1)).toMatchObject({
      status: 429,
      body: {
        reason: 'TooManyRequests',
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: { causes: [{ reason: 'DisruptionBudget' }] },
      },
    });
    await cluster.advance(2 * SECOND);
    const { body } = await evict(1);
    expect(body).toMatchObject({
      details: {
        causes: [{ message: 'The disruption budget cache needs 2 healthy pods and has 2 currently' }],
      },
    });
    await cluster.advance(MINUTE);
    expect((await evict(0)).status).toBe(201);
  });
});

describe('Endpoints', () => {
  it('list the ready pods of a Service, and the others apart', async () => {
    const [first] = cluster.pods('shop/cache');
    const path = `/api/v1/namespaces/shop/pods/${first?.metadata.name ?? ''}`;
    expect(caches().endpoints.get('shop', 'cache')).toMatchObject({
      metadata: { labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
      subsets: [{ addresses: [{}, {}, {}], ports: [{ port: 6379, protocol: 'TCP' }] }],
    });
    await cluster.sandbox.transport.request({ method: 'DELETE', path });
    await cluster.advance(100);
    expect(caches().endpoints.get('shop', 'cache')?.subsets?.[0]?.addresses).toHaveLength(2);
  });

  it('go with their Service', async () => {
    await cluster.sandbox.transport.request({
      method: 'DELETE',
      path: '/api/v1/namespaces/shop/services/cache',
    });
    await cluster.advance(SECOND);
    expect(caches().endpoints.list('shop')).toEqual([]);
  });
});
