import { describe, expect, it } from 'vitest';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import { aDeployment, aReplicaSet } from '#lib/testing/build-workload.ts';
import { createFakeConnection } from '#lib/testing/fake-connection.ts';
import { createStores } from '#lib/kube/stores.ts';
import { at, MINUTE, SECOND } from '#lib/testing/time.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { ChangeRouter } from './change-router.ts';
import { ClusterObjects } from './cluster-objects.ts';
import { Histories } from './histories.ts';
import { IncidentEngine } from './incident-engine.ts';
import { LogTails } from './log-tails.ts';
import { PodReferences } from './pod-references.ts';
import { Recorder } from './recorder.ts';
import { RunningImages } from './running-images.ts';
import { Triage } from './triage.ts';

const NOW = at('10:01:00');

function aTriage() {
  let now = NOW;
  const dirty: WorkloadRef[] = [];
  const listers = createStores((changes) => dirty.push(...router.route(changes)));
  const objects = new ClusterObjects(listers);
  const histories = new Histories();
  const images = new RunningImages();
  const recorder = new Recorder(NOW);
  const router = new ChangeRouter({
    listers,
    objects,
    histories,
    images,
    now: () => now,
    onRestarts: () => undefined,
  });
  const { signal } = new AbortController();
  const shared = { connection: createFakeConnection(() => 'never'), now: () => now, signal };
  const triage = new Triage({
    listers,
    objects,
    histories,
    images,
    recorder,
    logTails: new LogTails({ ...shared, onTail: () => undefined }),
    references: new PodReferences({ ...shared, onAnswer: () => undefined }),
    engine: new IncidentEngine({ cluster: 'test', listers, objects }),
    shared: { see: () => undefined },
    readOnly: false,
    actionsOn: () => [],
  });
  const markSeen = () => triage.markDirty(dirty.splice(0));
  const lookAt = (time: number) => {
    now = time;
    triage.markUnsettled(now);
    markSeen();
    return [...new Set([...triage.refresh(now), ...triage.age(now)])];
  };
  return { listers, recorder, triage, markSeen, lookAt };
}

const deployment = aDeployment({ replicas: { desired: 2, ready: 1, available: 1 } });
const replicaSet = aReplicaSet({ deployment, replicas: { desired: 2, ready: 1, available: 1 } });
const crashing = aPod({ owner: ownerRefTo(replicaSet), statuses: [aCrashLoopingStatus()] });
/** Not ready beside a crashing one: folded into its incident. */
const notReady = aPod({
  name: 'web-5f7d-fghij',
  owner: ownerRefTo(replicaSet),
  statuses: [aContainerStatus({ ready: false })],
});

function aCrash() {
  const cluster = aTriage();
  cluster.listers.deployments.replace([deployment]);
  cluster.listers.replicasets.replace([replicaSet]);
  cluster.listers.pods.replace([crashing, notReady]);
  cluster.lookAt(NOW);
  return cluster;
}

describe('Triage', () => {
  it('names the birth of a workload that has had one revision as its last change', () => {
    const { triage } = aCrash();
    expect(triage.rows()[0]?.lastChange).toEqual({ text: 'created', at: replicaSet.meta.createdAt });
  });

  it('names the workload of a row without its uid, which nothing can compress', () => {
    const { triage } = aCrash();
    const { namespace, name } = deployment.meta;
    expect(triage.rows()[0]?.workload).toEqual({ kind: 'Deployment', namespace, name });
    expect(JSON.stringify(triage.rows())).not.toContain(deployment.meta.uid);
  });

  it('samples the overview only when all pods were judged once: a part of them looks like a better moment', () => {
    const { triage, listers, recorder, markSeen } = aTriage();
    const alone = (index: number) =>
      aPod({ name: `lone-${index}`, owner: undefined, statuses: [aCrashLoopingStatus()] });
    listers.pods.replace(Array.from({ length: 9 }, (_, index) => alone(index)));
    markSeen();
    triage.refresh(NOW, () => true);
    expect(triage.isDirty).toBe(true);
    expect(recorder.samples).toEqual([]);
    while (triage.isDirty) triage.refresh(NOW, () => true);
    expect(recorder.samples.map(({ unhealthyPods }) => unhealthyPods)).toEqual([9]);
  });

  it('a row stays the same, byte by byte, while only time passes', () => {
    const { triage, lookAt } = aCrash();
    const before = JSON.stringify(triage.rows());
    expect(triage.rows()).toHaveLength(1);
    for (const seconds of [5, 10, 60]) {
      lookAt(NOW + seconds * SECOND);
      expect(JSON.stringify(triage.rows())).toBe(before);
    }
  });

  it('so does the row of a workload that has no pod at all', () => {
    const { listers, triage, lookAt } = aTriage();
    const conditions = [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: 'quota' })];
    listers.deployments.replace([
      aDeployment({ replicas: { desired: 1, current: 0, ready: 0 }, conditions }),
    ]);
    lookAt(NOW);
    const before = JSON.stringify(triage.rows());
    expect(triage.rows()).toMatchObject([{ family: 'admission' }]);
    lookAt(NOW + MINUTE);
    expect(JSON.stringify(triage.rows())).toBe(before);
  });

  it('leaves the bar of what still lasts open', () => {
    const { triage } = aCrash();
    const [row] = triage.rows();
    expect(row?.strip.bars.at(-1)).toMatchObject({ kind: 'backoff' });
    expect(row?.strip.bars.at(-1)).not.toHaveProperty('toAt');
  });

  it('links every pod that is not well to its incident, also one that is only a consequence', () => {
    const { triage } = aCrash();
    const id = triage.rows()[0]?.id;
    const byPod = triage.incidentsByPod();
    expect([byPod.get(crashing.meta.uid), byPod.get(notReady.meta.uid)]).toEqual([id, id]);
  });

  it('keeps a recovered incident in the list, with the cause it had', () => {
    const { listers, recorder, triage, lookAt } = aCrash();
    const [open] = triage.rows();
    listers.pods.replace([aPod({ owner: ownerRefTo(replicaSet), meta: { resourceVersion: '2' } })]);
    listers.deployments.replace([aDeployment({ replicas: 1, meta: { resourceVersion: '2' } })]);
    lookAt(NOW + MINUTE);
    expect(triage.rows()).toMatchObject([
      {
        id: open?.id,
        state: 'recovered',
        recoveredAt: NOW + MINUTE,
        causeId: open?.causeId,
        cause: open?.cause,
      },
    ]);
    expect(recorder.recovered).toBe(1);
  });

  it('forgets everything when the pods may no longer be listed, and counts no recovery', () => {
    const { recorder, triage } = aCrash();
    const ids = triage.rows().map(({ id }) => id);
    expect(triage.forget((namespace) => namespace === 'elsewhere')).toEqual([]);
    expect(triage.rows().map(({ id }) => id)).toEqual(ids);
    expect(triage.forget()).toEqual(ids);
    expect(triage.rows()).toEqual([]);
    expect(recorder.recovered).toBe(0);
  });

  it('names the incidents whose views may differ, and those that left', () => {
    const { listers, triage, lookAt } = aTriage();
    listers.pods.replace([aPod({ statuses: [aContainerStatus({ state: waiting('ErrImagePull', 'no') })] })]);
    const touched = lookAt(NOW);
    expect(touched).toEqual(triage.rows().map(({ id }) => id));
    expect(touched).toHaveLength(1);
  });
});
