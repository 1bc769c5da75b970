import { describe, expect, it } from 'vitest';
import { Network } from './network.ts';
import { deployment, namespace, service } from './scenarios/manifests.ts';
import { MINUTE } from './scenarios/scenario.ts';
import { TestCluster } from './test-cluster.ts';

describe('connections inside the cluster', () => {
  it('follow Services and their endpoints, and are remembered', async () => {
    const cluster = await TestCluster.start();
    const network = new Network(cluster.sandbox.simulation.cluster);
    network.start();
    const to = (host: string, at = cluster.now, port = 6379) =>
      network.connect({ namespace: 'data', host, port, at }).kind;
    expect(to('cache')).toBe('no-such-host');
    await cluster.apply(namespace('data'), service('data/cache', 6379));
    await cluster.advance(MINUTE);
    expect(to('cache')).toBe('refused');
    const refusedAt = cluster.now;
    await cluster.apply(deployment('data/cache', { image: 'redis:7-alpine', port: 6379, replicas: 1 }));
    await cluster.advance(MINUTE);
    expect(['cache', 'cache.data', 'cache.data.svc.cluster.local'].map((host) => to(host))).toEqual(
      Array.from({ length: 3 }, () => 'accepted'),
    );
    expect(to('cache', cluster.now, 1)).toBe('times-out');
    expect(to('cache.other')).toBe('no-such-host');
    expect(
      ['db.acme.example', 'refusing.acme.example', 'unreachable.acme.example'].map((host) => to(host)),
    ).toEqual(['accepted', 'refused', 'times-out']);
    expect(to('cache', refusedAt)).toBe('refused');
  });

  it('a workload whose dependency goes away is not ready until it is back', async () => {
    const cluster = await TestCluster.start();
    const redis = (replicas: number) =>
      deployment('shop/redis', { image: 'redis:7-alpine', port: 6379, replicas });
    await cluster.apply(
      namespace('shop'),
      service('shop/redis', 6379),
      redis(1),
      deployment('shop/basket', { image: 'ghcr.io/acme/basket:1.5.0', health: '/healthz', replicas: 1 }),
    );
    const ready = () => cluster.pods('shop/basket')[0]?.status?.containerStatuses?.[0]?.ready;
    await cluster.advance(2 * MINUTE);
    expect(ready()).toBe(true);
    await cluster.apply(redis(0));
    await cluster.advance(2 * MINUTE);
    expect(ready()).toBe(false);
    expect((await cluster.events('shop')).map(({ message }) => message)).toContain(
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
    await cluster.apply(redis(1));
    await cluster.advance(2 * MINUTE);
    expect(ready()).toBe(true);
    expect(cluster.errors).toEqual([]);
  });
});
