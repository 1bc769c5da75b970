import { describe, expect, it } from 'vitest';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';
import { MINUTE } from '#lib/sandbox/scenarios/scenario.ts';

const HOUR = 60 * MINUTE;

async function recording() {
  const cluster = await TestCluster.start();
  const { simulation, clock } = cluster.sandbox;
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const recorder = simulation.cluster.recorder('kubelet', 'worker-1');
  const object = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  };
  const say = async (message = 'x'): Promise<void> => {
    const about = { kind: 'Pod', object } as const;
    recorder.record({ verb: 'event', about, type: 'Warning', reason: 'Unhealthy', message });
    await clock.advance(1);
  };
  return { cluster, say, events: () => cluster.events('shop') };
}

describe('event recorder', () => {
  it('writes repetitions into one event: count and last time grow, the first time stays', async () => {
    const { cluster, say, events } = await recording();
    await say();
    const [first] = await events();
    await cluster.advance(MINUTE);
    await say();
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ count: 2, firstTimestamp: first?.firstTimestamp });
    expect(event?.lastTimestamp).not.toBe(first?.lastTimestamp);
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
  });

  it('creates an event again under its name when its hour was over, and goes on counting', async () => {
    const { cluster, say, events } = await recording();
    await say();
    await say();
    const [before] = await events();
    await cluster.advance(2 * HOUR);
    expect(await events()).toEqual([]);
    await say();
    const [after] = await events();
    expect(after).toMatchObject({ count: 3, firstTimestamp: before?.firstTimestamp });
    expect(after?.metadata.name).toBe(before?.metadata.name);
  });

  it('holds back what is said too often, and then tells the true number', async () => {
    const { cluster, say, events } = await recording();
    for (let turn = 0; turn < 40; turn++) await say();
    expect((await events())[0]?.count).toBe(25);
    await cluster.advance(6 * MINUTE);
    await say();
    expect((await events())[0]?.count).toBe(41);
  });
});
