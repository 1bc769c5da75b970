import { describe, expect, it } from 'vitest';
import type { Draft } from './client/write.ts';
import { TestCluster } from './test-cluster.ts';

const MIB = 2 ** 20;
const METRICS = '/apis/metrics.k8s.io/v1beta1';
const PODS = `${METRICS}/namespaces/shop/pods`;

async function shopWith(image: string): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  const resources = { limits: { memory: '256Mi' } };
  await cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as unknown as Draft,
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace: 'shop', labels: { app: 'one' } },
      spec: { containers: [{ name: 'app', image, resources }] },
    } as unknown as Draft,
  );
  return cluster;
}

type Measured = { containers: { name: string; usage: { cpu: string; memory: string } }[] };

async function ask<T>(cluster: TestCluster, path: string): Promise<T> {
  const { body } = await cluster.sandbox.transport.request({ method: 'GET', path });
  return body as T; // wire edge
}

const memory = async (cluster: TestCluster): Promise<number> => {
  const { items } = await ask<{ items: Measured[] }>(cluster, PODS);
  return Number.parseInt(items[0]?.containers[0]?.usage.memory ?? '-1', 10) * 1024;
};

describe('metrics', () => {
  it('grow towards the limit with the program that keeps everything', async () => {
    const cluster = await shopWith('ghcr.io/acme/report-builder:1.9.0');
    await cluster.advance(40_000);
    const early = await memory(cluster);
    await cluster.advance(15_000);
    const later = await memory(cluster);
    expect(later - early).toBe(45 * MIB);
    expect(later).toBeLessThan(256 * MIB);
  });

  it('are not there before the first look at a new container', async () => {
    const cluster = await shopWith('nginx:1.28-alpine');
    expect((await ask<{ items: Measured[] }>(cluster, PODS)).items).toEqual([]);
    await cluster.advance(60_000);
    expect(await memory(cluster)).toBeGreaterThan(10 * MIB);
  });

  it('follow label selectors, and say what they do not have', async () => {
    const cluster = await shopWith('nginx:no-such-tag');
    await cluster.advance(60_000);
    expect(await ask(cluster, `${PODS}/one`)).toMatchObject({
      message: 'podmetrics.metrics.k8s.io "shop/one" not found',
    });
    expect(await ask(cluster, `${PODS}/two`)).toMatchObject({ message: 'pods "two" not found' });
    expect(await ask(cluster, `${PODS}?labelSelector=app%3Dother`)).toMatchObject({ items: [] });
  });

  it('of a node are those of its Pods and its own', async () => {
    const cluster = await shopWith('nginx:1.28-alpine');
    const total = async (): Promise<number> => {
      const { items } = await ask<{ items: { usage: { memory: string } }[] }>(cluster, `${METRICS}/nodes`);
      return items.reduce((sum, { usage }) => sum + Number.parseInt(usage.memory, 10) * 1024, 0);
    };
    const before = await total();
    await cluster.advance(60_000);
    expect(Math.abs((await total()) - before - (await memory(cluster)))).toBeLessThan(8 * 1024);
  });
});
