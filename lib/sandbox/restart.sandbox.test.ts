import { describe, expect, it } from 'vitest';
import { BACKFILL_MS } from './create-sandbox.ts';
import { MINUTE, SECOND } from './scenarios/scenario.ts';
import { TEST_NOW, TestCluster } from './test-cluster.ts';

/** The same cluster after its process was gone for a minute. */
async function restarted(cluster: TestCluster): Promise<TestCluster> {
  const restore = cluster.sandbox.server.journal.dump();
  cluster.sandbox.simulation.stop();
  return TestCluster.start({ restore, endAt: cluster.now + MINUTE, backfillMs: MINUTE, contents: 'nodes' });
}

const start = () =>
  TestCluster.start({
    contents: 'scenarios',
    scenarios: ['bad-redis-args', 'app-bug'],
    endAt: TEST_NOW,
    backfillMs: BACKFILL_MS,
  });

describe('a sandbox that was restarted with its storage', () => {
  it('finds its pods running, none of them restarted for it', async () => {
    const before = await start();
    const after = await restarted(before);
    const [pod] = before.pods('shop/search');
    const [again] = after.pods('shop/search');
    expect(again?.metadata.uid).toBe(pod?.metadata.uid);
    expect(again?.status?.containerStatuses).toEqual(pod?.status?.containerStatuses);
  });

  it('forgets back-offs, as a restarted kubelet does, and goes on crashing', async () => {
    const before = await start();
    const restarts = (cluster: TestCluster) =>
      Math.max(
        ...cluster
          .pods('lab30/lab30-redis')
          .map((pod) => pod.status?.containerStatuses?.[0]?.restartCount ?? 0),
      );
    const after = await restarted(before);
    expect(restarts(after)).toBeGreaterThan(restarts(before) + 1);
    await after.advance(30 * SECOND);
    expect(after.errors).toEqual([]);
  });

  it('still has the log of the last run that failed', async () => {
    const after = await restarted(await start());
    const [pod] = after
      .pods('shop/checkout')
      .filter(({ status }) => status?.containerStatuses?.[0]?.lastState.terminated);
    const containerId = pod?.status?.containerStatuses?.[0]?.lastState.terminated?.containerID ?? '';
    const lines = after.sandbox.simulation.logs.lines({
      namespace: 'shop',
      pod: pod?.metadata.name ?? '',
      podUid: pod?.metadata.uid ?? '',
      container: 'checkout',
      containerId,
    });
    expect(lines?.map(({ text }) => text)).toContain('KeyError: None');
  });

  it('never draws a name or uid it has drawn before', async () => {
    const before = await start();
    const known = new Set(
      before.sandbox.simulation.cluster.informers.pods.list().map(({ metadata }) => metadata.uid),
    );
    const after = await restarted(before);
    await after.patch('/apis/apps/v1/namespaces/shop/deployments/search', { spec: { replicas: 5 } });
    await after.advance(MINUTE);
    const all = after.sandbox.simulation.cluster.informers.pods.list().map(({ metadata }) => metadata.uid);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((uid) => !known.has(uid)).length).toBeGreaterThanOrEqual(3);
    expect(after.errors).toEqual([]);
  });
});
