import { describe, expect, it } from 'vitest';
import { ownerRefTo } from '#lib/testing/build-meta.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { aDaemonSet, aDeployment, aJob, aReplicaSet, aStatefulSet } from '#lib/testing/build-workload.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { type OwnedObject, ownerOf } from './owner.ts';

const none = () => undefined;
const among =
  (...objects: readonly OwnedObject[]) =>
  (ref: { readonly uid: string }) =>
    objects.find(({ meta }) => meta.uid === ref.uid);

const deployment = aDeployment({ name: 'web', uid: 'd-1' });
const replicaSet = aReplicaSet({ deployment, name: 'web-5f7d', uid: 'rs-1' });
const pod = aPod({ owner: ownerRefTo(replicaSet), labels: { 'pod-template-hash': '5f7d' } });

describe('ownerOf', () => {
  it('climbs from a pod to its Deployment', () => {
    expect(ownerOf(pod, among(replicaSet, deployment))).toEqual({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd-1' },
      certainty: 'read',
    });
  });

  it('takes the reference when the Deployment itself cannot be read', () => {
    expect(ownerOf(pod, among(replicaSet))).toEqual({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'd-1' },
      certainty: 'named',
    });
  });

  it('guesses the Deployment when the ReplicaSet cannot be read, and says so', () => {
    expect(ownerOf(pod, none)).toEqual({
      ref: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' },
      certainty: 'guessed',
    });
  });

  it.each<Record<string, string>>([{}, { 'pod-template-hash': 'other' }, { 'pod-template-hash': '' }])(
    'does not guess without the matching hash: %j',
    (labels) => {
      const orphan = aPod({ owner: ownerRefTo(replicaSet), labels });
      expect(ownerOf(orphan, none)).toEqual({
        ref: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-5f7d', uid: 'rs-1' },
        certainty: 'named',
      });
    },
  );

  it('stops at a ReplicaSet nobody owns', () => {
    const bare = aReplicaSet({ name: 'bare', uid: 'rs-2' });
    expect(ownerOf(aPod({ owner: ownerRefTo(bare) }), among(bare)).ref).toMatchObject({
      kind: 'ReplicaSet',
      name: 'bare',
    });
  });

  it.each([aStatefulSet({ name: 'db' }), aDaemonSet({ name: 'agent' })])(
    'names the $kind of a pod',
    (workload) => {
      expect(ownerOf(aPod({ owner: ownerRefTo(workload) }), among(workload))).toMatchObject({
        ref: { kind: workload.kind, name: workload.meta.name },
        certainty: 'read',
      });
    },
  );

  it('climbs from a Job to its CronJob, which need not be readable', () => {
    const job = aJob({
      name: 'report-29',
      owner: { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: 'cj-1' },
    });
    expect(ownerOf(aPod({ owner: ownerRefTo(job) }), among(job))).toEqual({
      ref: { kind: 'CronJob', namespace: 'shop', name: 'report', uid: 'cj-1' },
      certainty: 'named',
    });
  });

  it('stops at a Job that a workflow engine started', () => {
    const job = aJob({ owner: { apiVersion: 'argoproj.io/v1', kind: 'Workflow', name: 'w', uid: 'w-1' } });
    expect(ownerOf(job, none).ref).toMatchObject({ kind: 'Job', name: 'report' });
  });

  it('stops at a Deployment an operator owns', () => {
    const owned = aDeployment({ owner: { apiVersion: 'x/v1', kind: 'Operator', name: 'o', uid: 'o-1' } });
    expect(ownerOf(owned, none)).toMatchObject({ ref: { kind: 'Deployment' }, certainty: 'read' });
  });

  it('names the custom owner of a pod or a ReplicaSet', () => {
    const rollout = { apiVersion: 'argoproj.io/v1', kind: 'Rollout', name: 'web', uid: 'ro-1' };
    expect(ownerOf(aReplicaSet({ owner: rollout }), none).ref).toMatchObject({
      kind: 'Rollout',
      name: 'web',
    });
  });

  it('treats a bare pod and a static pod as their own', () => {
    const bare = aPod({ name: 'debug', uid: 'p-1' });
    expect(ownerOf(bare, none)).toEqual({
      ref: { kind: 'Pod', namespace: 'shop', name: 'debug', uid: 'p-1' },
      certainty: 'read',
    });
    expect(ownerOf(aPod({ name: 'etcd-a', owner: ownerRefTo(aNode()) }), none).ref).toMatchObject({
      kind: 'Pod',
      name: 'etcd-a',
    });
  });
});
