import { beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import { isReady } from '#lib/sandbox/controllers/pod-facts.ts';
import { CRASHING_TAG } from '#lib/sandbox/programs/images.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { TEST_NOW, TestCluster } from '#lib/sandbox/test-cluster.ts';
import { fleetPlan } from './fleet-plan.ts';
import { FLEET_BACKFILL_MS, settledFleet } from './settled-fleet.ts';

const PODS = 300;
const MINUTE = 60_000;
const PATIENCE_MS = 60_000;

describe('a plan', () => {
  it.each([100, 1000, 10_000, 20_000])('for %i pods adds up', (pods) => {
    const { replicas, objects, workers } = fleetPlan(pods, seededRandom('x'));
    const databases = objects.filter(({ kind }) => kind === 'StatefulSet').length;
    const all = [...replicas.values()].reduce((sum, each) => sum + each, 0);
    expect(all + 3 * databases + workers.length + 4).toBe(pods);
    expect(Math.min(...replicas.values())).toBeGreaterThan(0);
    const names = objects.map(
      ({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`,
    );
    expect(new Set(names).size).toBe(names.length);
    expect(pods / workers.length).toBeLessThan(100);
    expect(workers.length).toBeLessThan(240);
  });
});

describe('a fleet of many pods', () => {
  let cluster: TestCluster;
  let youngest = 0;
  let settled: readonly Pod[] = [];
  beforeAll(async () => {
    const restore = await settledFleet({ pods: PODS, seed: 'fleet', at: TEST_NOW - FLEET_BACKFILL_MS });
    settled = restore.objects.pods as unknown as readonly Pod[]; // wire objects
    expect(settled).toHaveLength(PODS);
    const started = settled.map(({ metadata }) => Date.parse(metadata.creationTimestamp));
    youngest = TEST_NOW - Math.max(...started);
    cluster = await TestCluster.start({ restore, churn: PODS, backfillMs: FLEET_BACKFILL_MS });
  }, PATIENCE_MS);

  it('was there before: its pods are old, and no container was started anew', () => {
    expect(youngest).toBeGreaterThan(60 * MINUTE);
    const { pods } = cluster.sandbox.simulation.cluster.informers;
    const runs = ({ status }: Pod) => status?.containerStatuses?.map(({ containerID }) => containerID);
    const kept = settled.flatMap((before) => {
      const now = pods.get(before.metadata.namespace, before.metadata.name);
      return now ? [{ before, now }] : [];
    });
    expect(kept.length).toBeGreaterThan(PODS * 0.6);
    expect(kept.filter(({ now }) => isReady(now)).length).toBeGreaterThan(PODS * 0.6);
    for (const { before, now } of kept) expect(runs(now)).toEqual(runs(before));
  });

  it('has one crash loop per few hundred pods', () => {
    const { pods } = cluster.sandbox.simulation.cluster.informers;
    const crashing = pods.list().filter(({ spec }) => spec.containers[0]?.image.endsWith(`:${CRASHING_TAG}`));
    expect(crashing.length).toBeGreaterThan(0);
    expect(crashing.length).toBeLessThan(PODS * 0.03);
    expect(crashing.some(({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)).toBe(true);
  });

  it('gives no address twice, no node too many pods, and its Services their endpoints', () => {
    const { pods, endpointSlices, deployments } = cluster.sandbox.simulation.cluster.informers;
    const addresses = pods.list().flatMap(({ status }) => status?.podIP ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
    const onNode = Map.groupBy(pods.list(), ({ spec }) => spec.nodeName ?? '');
    expect(Math.max(...[...onNode.values()].map((each) => each.length))).toBeLessThanOrEqual(110);
    for (const { metadata, status } of deployments.list()) {
      const [slice] = endpointSlices
        .list(metadata.namespace)
        .filter(({ metadata: { labels } }) => labels?.['kubernetes.io/service-name'] === metadata.name);
      const ready = (slice?.endpoints ?? []).filter(({ conditions }) => conditions.ready).length;
      expect([metadata.name, ready]).toEqual([metadata.name, status?.readyReplicas]);
    }
  });

  it(
    'goes on: restarts, releases and other sizes, and bad releases are rolled back',
    async () => {
      const { deployments, replicaSets } = cluster.sandbox.simulation.cluster.informers;
      const before = replicaSets.list().length;
      const broken = deployments
        .list()
        .filter(({ metadata }) => metadata.annotations?.['sandbox.local/broken-at']);
      await cluster.advance(35 * MINUTE);
      expect(replicaSets.list().length).toBeGreaterThan(before);
      expect(broken.length).toBeGreaterThan(0);
      for (const { metadata } of broken)
        expect(
          cluster.deployment(`${metadata.namespace ?? ''}/${metadata.name}`).spec.template.spec.containers[0]
            ?.image,
        ).not.toContain(CRASHING_TAG);
      expect(cluster.errors).toEqual([]);
    },
    PATIENCE_MS,
  );
});
