import { describe, expect, it, vi } from 'vitest';
import type { KindName } from '#lib/kube/kinds.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { aNode, anEndpointSlice, aService } from '#lib/testing/build-cluster.ts';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aCrashLoopingStatus, aPod, type PodInput, terminated } from '#lib/testing/build-pod.ts';
import { aDeployment, aJob, aReplicaSet } from '#lib/testing/build-workload.ts';
import { createStores } from '#lib/kube/stores.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { Histories } from './histories.ts';
import { IncidentEngine } from './incident-engine.ts';
import { RunningImages } from './running-images.ts';

const NOW = at('10:01:00');

/** The engine behind its caches: put objects into `stores`, then `look`. */
function aCluster() {
  const unlisted = new Set<KindName>();
  const dirty: WorkloadRef[] = [];
  const stores = createStores((changes) => {
    dirty.push(...router.route(changes));
    if (changes.kind === 'services' || changes.kind === 'endpointslices')
      dirty.push(...engine.ownersIn(() => true));
  });
  const objects = new ClusterObjects(stores, { isListed: (kind) => !unlisted.has(kind) });
  const histories = new Histories();
  const router = new ChangeRouter({
    listers: stores,
    objects,
    histories,
    images: new RunningImages(),
    now: () => NOW,
    onRestarts: () => undefined,
  });
  const engine = new IncidentEngine({ cluster: 'test', listers: stores, objects });
  const look = (now = NOW) => {
    engine.markDirty(dirty.splice(0));
    return { ...engine.evaluate(now), incidents: engine.incidents };
  };
  return { stores, objects, histories, engine, unlisted, look };
}

const deployment = aDeployment({ replicas: { desired: 1, ready: 0, available: 0 } });
const replicaSet = aReplicaSet({ deployment, replicas: { desired: 1, ready: 0, available: 0 } });
const crashing = (input: PodInput = {}) =>
  aPod({
    owner: ownerRefTo(replicaSet),
    labels: { 'pod-template-hash': '5f7d' },
    statuses: [aCrashLoopingStatus()],
    ...input,
  });
const healthy = () => aPod({ owner: ownerRefTo(replicaSet), meta: { resourceVersion: '2' } });

describe('owners that are listed after their pods', () => {
  it('a pod whose ReplicaSet comes later stays in one incident of the Deployment', () => {
    const { stores, look } = aCluster();
    stores.pods.replace([crashing()]);
    const [before] = look().incidents;
    stores.replicasets.replace([replicaSet]);
    stores.deployments.replace([deployment]);
    const { incidents, opened, recovered } = look();
    expect(before?.owner).toMatchObject({ kind: 'Deployment', name: 'web' });
    expect(incidents).toMatchObject([
      { id: before?.id, owner: { kind: 'Deployment', uid: deployment.meta.uid } },
    ]);
    expect([opened, recovered]).toEqual([[], []]);
  });

  it('a Job whose CronJob is only known from the Job moves its incident: no second one, and no recovery', () => {
    const { stores, look, histories } = aCluster();
    const cron = { kind: 'CronJob', meta: { ...aJob().meta, name: 'nightly', uid: 'cron' } };
    const job = aJob({
      name: 'nightly-1',
      owner: ownerRefTo(cron),
      conditions: [aCondition('Failed', 'True', { reason: 'BackoffLimitExceeded' })],
    });
    const exited = aPod({
      owner: ownerRefTo(job),
      phase: 'Failed',
      statuses: [aCrashLoopingStatus({ state: terminated() })],
    });
    stores.pods.replace([exited]);
    expect(look().incidents).toMatchObject([{ owner: { kind: 'Job' } }]);
    stores.jobs.replace([job]);
    const { incidents, recovered } = look();
    expect(incidents.map(({ owner }) => owner.kind)).toEqual(['CronJob']);
    expect(recovered).toEqual([]);
    expect(histories.of({ kind: 'CronJob', namespace: 'shop', name: 'nightly', uid: 'cron' })).toHaveLength(
      1,
    );
  });
});

describe('kinds that cannot be read', () => {
  it('a forbidden kind of owner is no recovery of what only its objects told', () => {
    const { stores, look, unlisted } = aCluster();
    const refused = aDeployment({
      replicas: { desired: 1, current: 0, ready: 0 },
      conditions: [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate' })],
    });
    stores.deployments.replace([refused]);
    expect(look().incidents).toMatchObject([{ family: 'admission' }]);
    unlisted.add('deployments');
    stores.deployments.replace([]);
    const { incidents, recovered } = look();
    expect(recovered).toEqual([]);
    expect(incidents).toMatchObject([{ family: 'admission' }]);
  });

  it('nodes that may no longer be listed are not healthy again', () => {
    const { stores, look, unlisted } = aCluster();
    stores.nodes.replace([
      aNode({ conditions: [aCondition('Ready', 'Unknown', { reason: 'NodeStatusUnknown' })] }),
    ]);
    expect(look().incidents).toMatchObject([{ family: 'node' }]);
    unlisted.add('nodes');
    stores.nodes.replace([]);
    expect(look().recovered).toEqual([]);
  });

  it('does not call a Service dead while its endpoints may not be read', () => {
    const { stores, look, unlisted } = aCluster();
    const degraded = aDeployment({
      replicas: { desired: 3, ready: 2 },
      template: { labels: { app: 'web' } },
    });
    unlisted.add('endpointslices');
    stores.services.replace([aService()]);
    stores.deployments.replace([degraded]);
    stores.replicasets.replace([replicaSet]);
    stores.pods.replace([crashing({ labels: { app: 'web' } })]);
    expect(look().incidents).toMatchObject([{ severity: 'warning' }]);
    unlisted.clear();
    stores.endpointslices.replace([anEndpointSlice({ endpoints: [{ ready: false }] })]);
    expect(look().incidents).toMatchObject([{ severity: 'critical' }]);
  });

  it('forgets without a recovery what may no longer be looked at', () => {
    const { stores, engine, look } = aCluster();
    stores.pods.replace([crashing()]);
    look();
    stores.pods.replace([]);
    engine.forget();
    expect(look()).toMatchObject({ incidents: [], recovered: [] });
  });

  it('forgets a namespace that may no longer be looked at, and keeps the others', () => {
    const { stores, engine, look } = aCluster();
    const elsewhere = aPod({
      meta: { namespace: 'pay', name: 'lone', uid: 'lone' },
      statuses: [aCrashLoopingStatus()],
    });
    stores.pods.replace([crashing(), elsewhere]);
    expect(look().incidents).toHaveLength(2);
    stores.pods.replace([crashing()], 'pay');
    engine.forget((namespace) => namespace === 'pay');
    const { incidents, recovered } = look();
    expect(incidents).toMatchObject([{ owner: { namespace: crashing().meta.namespace } }]);
    expect(recovered).toEqual([]);
  });
});

describe('recovery', () => {
  it('a recovered incident stays listed, with the moment it ended', () => {
    const { stores, look } = aCluster();
    stores.replicasets.replace([replicaSet]);
    stores.deployments.replace([deployment]);
    stores.pods.replace([crashing()]);
    const [open] = look().incidents;
    stores.pods.replace([healthy()]);
    stores.deployments.replace([aDeployment({ replicas: 1, meta: { resourceVersion: '2' } })]);
    look(NOW + MINUTE);
    expect(look(NOW + 2 * MINUTE).incidents).toMatchObject([
      { id: open?.id, sinceAt: open?.sinceAt, recoveredAt: NOW + MINUTE, problems: [] },
    ]);
  });

  it('a Job that completed at last has recovered, although it has no ready pod', () => {
    const { stores, look } = aCluster();
    const job = aJob({ replicas: { desired: 1, ready: 0 } });
    stores.jobs.replace([job]);
    stores.pods.replace([crashing({ owner: ownerRefTo(job), labels: {} })]);
    expect(look().incidents).toHaveLength(1);
    const conditions = [aCondition('Complete')];
    stores.jobs.replace([
      aJob({ replicas: { desired: 1, ready: 0 }, active: 0, conditions, meta: { resourceVersion: '2' } }),
    ]);
    stores.pods.replace([
      aPod({ owner: ownerRefTo(job), phase: 'Succeeded', statuses: [], meta: { resourceVersion: '2' } }),
    ]);
    expect(look().recovered).toHaveLength(1);
  });

  it('a bare pod that completed after crashes has recovered', () => {
    const { stores, look } = aCluster();
    stores.pods.replace([crashing({ owner: undefined, labels: {} })]);
    expect(look().incidents).toMatchObject([{ owner: { kind: 'Pod' } }]);
    stores.pods.replace([
      aPod({
        phase: 'Succeeded',
        conditions: [aCondition('Ready', 'False')],
        meta: { resourceVersion: '2' },
      }),
    ]);
    expect(look().recovered).toHaveLength(1);
  });
});

it('an object that breaks a rule of ours does not hide the other owners', () => {
  const { stores, objects, look } = aCluster();
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  stores.pods.replace([crashing(), crashing({ name: 'odd', owner: undefined, labels: {} })]);
  const owned = objects.owned.bind(objects);
  vi.spyOn(objects, 'owned').mockImplementation((owner) => {
    if (owner.name === 'odd') throw new TypeError('odd object');
    return owned(owner);
  });
  expect(look().incidents).toMatchObject([{ owner: { name: 'web' } }]);
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('odd object'));
  stderr.mockRestore();
});

it('keeps what other pods of a dead node tell of it when one of them changes', () => {
  const { stores, look } = aCluster();
  const conditions = [aCondition('Ready', 'Unknown', { reason: 'NodeStatusUnknown' })];
  const [one, other] = ['one', 'other'].map((name) => aPod({ name }));
  if (!one || !other) throw new Error('two pods');
  stores.pods.replace([one, other]);
  stores.nodes.replace([aNode({ conditions })]);
  const podsOf = () => look().incidents.map(({ owner, problems }) => [owner.kind, problems.length]);
  expect(podsOf()).toEqual([['Node', 3]]);
  stores.pods.replace([other]);
  expect(podsOf()).toEqual([['Node', 2]]);
});
