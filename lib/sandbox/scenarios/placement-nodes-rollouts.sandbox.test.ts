import { describe, expect, it, vi } from 'vitest';
import type { PodTemplate } from '#lib/sandbox/client/objects.ts';
import { BACKFILL_MS } from '#lib/sandbox/create-sandbox.ts';
import { TEST_NOW, TestCluster } from '#lib/sandbox/test-cluster.ts';
import { CLAIM_AND_PRIORITY_SCENARIOS } from './claims-and-priorities.ts';
import { NODE_SCENARIOS } from './node-trouble.ts';
import { PLACEMENT_SCENARIOS } from './placement.ts';
import { ROLLOUT_SCENARIOS } from './rollouts.ts';
import { PLAYER } from './scenario-player.ts';
import { MINUTE, SECOND } from './scenario.ts';
import { unseen } from './seen.fixture.ts';

/** A busy machine is no failure: virtual results are what counts. */
vi.setConfig({ testTimeout: 60_000 });

const SCENARIOS = [
  ...PLACEMENT_SCENARIOS,
  ...CLAIM_AND_PRIORITY_SCENARIOS,
  ...NODE_SCENARIOS,
  ...ROLLOUT_SCENARIOS,
];

const alone = (id: string) =>
  TestCluster.start({ contents: 'chosen', scenarios: [id], backfillMs: BACKFILL_MS, endAt: TEST_NOW });

describe.each(SCENARIOS)('$id', (scenario) => {
  it('ends as its story says', async () => {
    const cluster = await alone(scenario.id);
    expect(await unseen(cluster, scenario)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('does so too when it is played at run time', async () => {
    const cluster = await TestCluster.start();
    const path = `/api/v1/namespaces/${PLAYER.namespace}/configmaps/${PLAYER.name}`;
    await cluster.patch(path, { data: { play: scenario.id } });
    await cluster.advance(20 * MINUTE);
    expect(await unseen(cluster, scenario)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });
});

it('end the same, byte for byte, each time', async () => {
  const together = async () => {
    const cluster = await TestCluster.start({
      contents: 'chosen',
      scenarios: SCENARIOS.map(({ id }) => id),
      backfillMs: BACKFILL_MS,
      endAt: TEST_NOW,
    });
    return JSON.stringify(cluster.sandbox.server.journal.dump());
  };
  expect((await together()) === (await together())).toBe(true);
});

describe('what the sights of a scenario do not say', () => {
  it('a rollout that is stuck half way has ready pods of both releases', async () => {
    const cluster = await alone('rollout-stuck');
    const ready = cluster.replicaSets('pricing/price-engine').map(({ status }) => status?.readyReplicas ?? 0);
    expect(ready).toHaveLength(2);
    expect(Math.min(...ready)).toBeGreaterThan(0);
  });

  it('a paused rollout has one ReplicaSet, of the old image', async () => {
    const cluster = await alone('rollout-paused');
    const images = ({ spec }: { spec: { template: PodTemplate } }) => spec.template.spec.containers[0]?.image;
    expect(images(cluster.deployment('payments/tax-service'))).toBe('ghcr.io/acme/tax-service:1.3.0');
    expect(cluster.replicaSets('payments/tax-service').map(images)).toEqual([
      'ghcr.io/acme/tax-service:1.2.0',
    ]);
  });

  it('the stuck StatefulSet asks for the good image, and its last pod has the other', async () => {
    const cluster = await alone('statefulset-stuck');
    const { statefulSets } = cluster.sandbox.simulation.cluster.informers;
    const template = statefulSets.get('messaging', 'event-store')?.spec.template;
    expect(template?.spec.containers[0]?.image).toBe('ghcr.io/acme/event-store:2.0.0');
    const images = cluster
      .pods('messaging/event-store')
      .map(({ spec }) => spec.containers[0]?.image.split(':')[1]);
    expect(images).toEqual(['2.0.0', '2.0.0', '2.0.1-rc4']);
  });
});

describe('Argo CD', () => {
  const revisions = (cluster: TestCluster) =>
    cluster
      .replicaSets('partners/partner-api')
      .map(({ metadata: { annotations }, spec }) => [
        spec.template.spec.containers[0]?.image.split(':')[1],
        annotations?.['deployment.kubernetes.io/revision'],
        annotations?.['deployment.kubernetes.io/revision-history'],
      ]);

  it('has undone the rollback: both ReplicaSets have been current twice', async () => {
    expect(revisions(await alone('argocd-reverts'))).toEqual([
      ['1.2.0', '3', '1'],
      ['1.3.0', '4', '2'],
    ]);
  });

  it('undoes every later change too, but not what Git does not speak of', async () => {
    const cluster = await alone('argocd-reverts');
    const path = '/apis/apps/v1/namespaces/partners/deployments/partner-api';
    const spec = { replicas: 5, minReadySeconds: 3 };
    await cluster.patch(path, { spec });
    await cluster.advance(4 * SECOND);
    expect(cluster.deployment('partners/partner-api').spec).toMatchObject(spec);
    await cluster.advance(2 * SECOND);
    expect(cluster.deployment('partners/partner-api').spec).toMatchObject({
      replicas: 2,
      minReadySeconds: 3,
    });
  });

  it('follows a commit, which cures the workload', async () => {
    const cluster = await alone('argocd-reverts');
    const repository = cluster.sandbox.simulation.cluster.informers.configMaps.get('argocd', 'git-partners');
    const fixed = (repository?.data?.['partner-api.json'] ?? '').replace('webhooks:1.3.0', 'webhooks:1.2.0');
    const path = '/api/v1/namespaces/argocd/configmaps/git-partners';
    await cluster.patch(path, { data: { 'partner-api.json': fixed } });
    await cluster.advance(MINUTE);
    const { status } = cluster.deployment('partners/partner-api');
    expect(status?.availableReplicas).toBe(2);
  });
});
