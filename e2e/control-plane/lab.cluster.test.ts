import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startClusterUnderTest, type ClusterUnderTest } from './cluster-under-test.ts';
import { deployWorkloads, play } from './play.ts';

const WEB = { kind: 'Deployment', namespace: 'lab30', name: 'lab30-web' } as const;
const REDIS = { kind: 'Deployment', namespace: 'lab30', name: 'lab30-redis' } as const;
const SCENARIOS = ['bad-image', 'bad-redis-args'];
const PATIENCE = { timeout: 120_000, interval: 500 };

let under: ClusterUnderTest;
beforeAll(async () => {
  under = await startClusterUnderTest();
  await deployWorkloads(under.cluster, { scenarios: SCENARIOS, fleet: false });
});
afterAll(() => under.stop());

/** Waits until the product says so. */
async function eventually<T>(look: () => Promise<T>, check: (seen: T) => void): Promise<void> {
  await vi.waitFor(async () => check(await look()), PATIENCE);
}

const incidentOf = async (name: string) =>
  (await under.product.incidents()).find(({ workload }) => workload.name === name);

/** The pod of the lab's workload that has been restarted. */
const crashingPod = (app: string): string =>
  under.cluster.informers.pods
    .list('lab30')
    .filter(({ metadata }) => metadata.labels?.app === app)
    .find(({ status }) => status?.containerStatuses?.some(({ restartCount }) => restartCount > 0))?.metadata
    .name ?? '';

describe('on a real control plane', () => {
  it('nothing is broken while the lab runs well', async () => {
    await eventually(
      () => under.product.ready('admin'),
      (ready) => expect(ready).toMatchObject({ kinds: under.product.kindsIn('live') }),
    );
    expect(await under.product.incidents()).toEqual([]);
  });

  it('both lab scenarios are named with their causes', async () => {
    await play(under.cluster, SCENARIOS);
    await eventually(
      () => incidentOf('lab30-web'),
      (incident) =>
        expect(incident).toMatchObject({
          causeId: 'image-tag-not-found',
          reason: 'ImagePullBackOff',
          ready: 1,
        }),
    );
    await eventually(
      () => incidentOf('lab30-redis'),
      (incident) =>
        expect(incident).toMatchObject({ causeId: 'wrong-arguments', reason: 'CrashLoopBackOff' }),
    );
  });

  it('the last words of the crashed container come through the API server and the node', async () => {
    const name = crashingPod('lab30-redis');
    expect(await under.kubectl(`logs -n lab30 ${name} --previous`)).toContain('exec: 9090: not found');
    expect(await under.product.log({ namespace: 'lab30', name }, 'redis')).toContain('exec: 9090: not found');
  });

  it('a viewer and a stranger are refused, each in words', async () => {
    await eventually(
      () => under.product.preview(WEB, { type: 'rollback', toRevision: 1 }, 'viewer').catch(() => undefined),
      (preview) => expect(preview?.refusals).toEqual(['You may not patch deployments in namespace lab30.']),
    );
    await eventually(
      async () => {
        expect(await under.product.incidents('nobody')).toEqual([]); // the first look starts watching
        return under.product.ready('nobody');
      },
      (ready) => expect(ready).toMatchObject({ kinds: under.product.kindsIn('forbidden') }),
    );
  });

  it('undo takes the old ReplicaSet up again, as kubectl does', async () => {
    await under.product.execute(WEB, { type: 'rollback', toRevision: 1 });
    await eventually(under.product.receipts, (receipts) =>
      expect(receipts[0]).toMatchObject({ outcome: 'done', rollout: { state: 'done', revision: 3 } }),
    );
    expect(await under.kubectl('rollout history deploy/lab30-web -n lab30')).toMatch(/\n2 .*\n3 +tested/);
    expect((await under.kubectl('get rs -n lab30 -l app=lab30-web -o name')).trim().split('\n')).toHaveLength(
      2,
    );
    await eventually(
      () => incidentOf('lab30-web'),
      (incident) => expect(incident?.state).toBe('recovered'),
    );
  });

  it('an image is set, and what was tried is seen to fail', async () => {
    const image = 'redis:7.4-alpine-typo';
    await under.product.execute(REDIS, { type: 'set-image', container: 'redis', image });
    await eventually(
      () => incidentOf('lab30-redis'),
      (incident) => expect(incident).toMatchObject({ causeId: 'image-tag-not-found', state: 'open' }),
    );
  });

  it('an API server that restarts is found again, and nothing is lost or invented', async () => {
    const before = (await under.product.incidents()).map(({ id }) => id).toSorted();
    await under.controlPlane.stopApiServer();
    await under.controlPlane.startApiServer();
    await eventually(
      () => under.product.ready('admin'),
      (ready) => expect(ready).toMatchObject({ kinds: under.product.kindsIn('live') }),
    );
    expect((await under.product.incidents()).map(({ id }) => id).toSorted()).toEqual(before);
    await under.product.execute(REDIS, { type: 'rollback', toRevision: 1 });
    await eventually(
      () => incidentOf('lab30-redis'),
      (incident) => expect(incident?.state).toBe('recovered'),
    );
  });
});
