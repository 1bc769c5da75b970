import { describe, expect, it } from 'vitest';
import { findCondition } from '#lib/sandbox/controllers/conditions.ts';
import { deployment, namespace } from '#lib/sandbox/scenarios/manifests.ts';
import { MINUTE, SECOND } from '#lib/sandbox/scenarios/scenario.ts';
import { TestCluster } from '#lib/sandbox/test-cluster.ts';
import { reconcileDeployment } from './reconcile.ts';

const CART = 'shop/cart';
const PATH = '/apis/apps/v1/namespaces/shop/deployments/cart';
const cart = (tag: string, options = {}) =>
  deployment(CART, { image: `ghcr.io/acme/cart:${tag}`, replicas: 4, ...options });

async function running(options = {}): Promise<TestCluster> {
  const cluster = await TestCluster.start();
  await cluster.apply(namespace('shop'), cart('1.0.0', options));
  await cluster.advance(MINUTE);
  return cluster;
}

const progressing = (cluster: TestCluster) =>
  findCondition(cluster.deployment(CART).status?.conditions, 'Progressing');
const sizes = (cluster: TestCluster) => cluster.replicaSets(CART).map(({ spec }) => spec.replicas);
const revisions = (cluster: TestCluster) =>
  cluster
    .replicaSets(CART)
    .map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision']);

describe('a rollout', () => {
  it('completes, and leaves the old revision at 0', async () => {
    const cluster = await running();
    await cluster.apply(cart('1.1.0'));
    await cluster.advance(2 * MINUTE);
    expect(cluster.deployment(CART).status).toMatchObject({
      replicas: 4,
      updatedReplicas: 4,
      availableReplicas: 4,
      observedGeneration: 2,
    });
    expect(sizes(cluster)).toEqual([0, 4]);
    expect(progressing(cluster)).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
    expect(progressing(cluster)?.message).toMatch(/^ReplicaSet "cart-\w+" has successfully progressed\.$/);
    expect(cluster.errors).toEqual([]);
  });

  it('stops at old 3, new 2 when the new image cannot be pulled, and fails after its deadline', async () => {
    const cluster = await running();
    await cluster.apply(cart('no-such-tag'));
    await cluster.advance(2 * MINUTE);
    expect(sizes(cluster)).toEqual([3, 2]);
    expect(progressing(cluster)).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    await cluster.advance(10 * MINUTE);
    expect(sizes(cluster)).toEqual([3, 2]);
    expect(progressing(cluster)).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(progressing(cluster)?.message).toMatch(/has timed out progressing\.$/);
    expect(findCondition(cluster.deployment(CART).status?.conditions, 'Available')?.status).toBe('True');
  });

  it('that is undone renumbers the old ReplicaSet and remembers its former number', async () => {
    const cluster = await running();
    await cluster.apply(cart('no-such-tag'));
    await cluster.advance(MINUTE);
    const [good] = cluster.replicaSets(CART);
    await cluster.apply(cart('1.0.0'));
    await cluster.advance(MINUTE);
    const after = cluster.replicaSets(CART).at(-1);
    expect(after?.metadata.uid).toBe(good?.metadata.uid);
    expect(after?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(cluster.deployment(CART).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    expect(revisions(cluster)).toEqual(['2', '3']);
    expect(cluster.pods(CART)).toHaveLength(4);
  });

  it('copies the change cause to its ReplicaSet', async () => {
    const cluster = await running({ cause: 'release 1.0.0' });
    await cluster.apply(cart('1.1.0', { cause: 'release 1.1.0' }));
    await cluster.advance(MINUTE);
    const causes = cluster
      .replicaSets(CART)
      .map(({ metadata }) => metadata.annotations?.['kubernetes.io/change-cause']);
    expect(causes).toEqual(['release 1.0.0', 'release 1.1.0']);
  });

  it('waits while the Deployment is paused and says so', async () => {
    const cluster = await running();
    await cluster.patch(PATH, { spec: { paused: true } });
    await cluster.advance(SECOND);
    await cluster.apply(cart('1.1.0'));
    await cluster.patch(PATH, { spec: { paused: true } });
    await cluster.advance(MINUTE);
    expect(cluster.replicaSets(CART)).toHaveLength(1);
    expect(progressing(cluster)).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    await cluster.patch(PATH, { spec: { paused: null } });
    await cluster.advance(2 * MINUTE);
    expect(sizes(cluster)).toEqual([0, 4]);
  });

  it('with Recreate never runs both revisions', async () => {
    const cluster = await running({ strategy: { type: 'Recreate' } });
    await cluster.apply(cart('1.1.0', { strategy: { type: 'Recreate' } }));
    const images = new Set<number>();
    for (let second = 0; second < 60; second++) {
      await cluster.advance(SECOND);
      // Pods that have ended do not count, though their objects stay for a moment.
      const alive = cluster.pods(CART).filter(({ status }) => !/Succeeded|Failed/.test(status?.phase ?? ''));
      images.add(new Set(alive.map(({ spec }) => spec.containers[0]?.image)).size);
    }
    expect(Math.max(...images)).toBe(1);
    expect(cluster.deployment(CART).status?.availableReplicas).toBe(4);
  });

  it('counts pods as available only after minReadySeconds', async () => {
    const cluster = await running();
    await cluster.patch(PATH, { spec: { minReadySeconds: 60 } });
    await cluster.advance(SECOND);
    await cluster.apply(cart('1.1.0'));
    await cluster.advance(45 * SECOND);
    expect(sizes(cluster)).not.toEqual([0, 4]);
    await cluster.advance(10 * MINUTE);
    expect(sizes(cluster)).toEqual([0, 4]);
  });

  it('keeps as many old revisions as revisionHistoryLimit says', async () => {
    const cluster = await running();
    await cluster.patch(PATH, { spec: { revisionHistoryLimit: 1 } });
    for (const tag of ['1.1.0', '1.2.0', '1.3.0']) {
      await cluster.apply(cart(tag));
      await cluster.advance(2 * MINUTE);
    }
    expect(revisions(cluster)).toEqual(['3', '4']);
  });

  it('scales both revisions when the size changes halfway', async () => {
    const cluster = await running();
    await cluster.apply(cart('no-such-tag'));
    await cluster.advance(MINUTE);
    await cluster.patch(PATH, { spec: { replicas: 8 } });
    await cluster.advance(MINUTE);
    expect(sizes(cluster).reduce<number>((sum, size) => sum + (size ?? 0), 0)).toBe(10);
    expect(sizes(cluster)[0]).toBeGreaterThan(3);
  });

  it('asks for nothing new when it is reconciled again', async () => {
    const cluster = await running();
    await cluster.apply(cart('no-such-tag'));
    await cluster.advance(2 * MINUTE);
    const { informers } = cluster.sandbox.simulation.cluster;
    const pass = reconcileDeployment({
      deployment: cluster.deployment(CART),
      replicaSets: informers.replicaSets.list('shop'),
      pods: informers.pods.list('shop'),
      now: cluster.now,
    });
    expect(pass.writes).toEqual([]);
  });

  it('says what it scaled', async () => {
    const cluster = await running();
    const [replicaSet] = cluster.replicaSets(CART);
    const events = await cluster.events('shop');
    expect(
      events.filter(({ reason }) => reason === 'ScalingReplicaSet').map(({ message }) => message),
    ).toEqual([`Scaled up replica set ${replicaSet?.metadata.name ?? ''} from 0 to 4`]);
    expect(events.filter(({ reason }) => reason === 'SuccessfulCreate')).toHaveLength(4);
  });
});
