import { describe, expect, it } from 'vitest';
import type { Job } from '#lib/model/workload.ts';
import { aNode } from '#lib/testing/build-cluster.ts';
import { aCondition, ownerRefTo } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod, terminated, waiting } from '#lib/testing/build-pod.ts';
import { aCronJob, aDeployment, aJob, aStatefulSet, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, HOUR } from '#lib/testing/time.ts';
import { type OwnerContext, ownerProblems } from './owner-problems.ts';

const NOW = at('10:00:00');

const families = (context: Partial<OwnerContext>) =>
  ownerProblems({
    owner: aWorkloadRef(),
    workloads: [],
    replicaSets: [],
    pods: [],
    events: [],
    nodeOf: () => aNode(),
    now: NOW,
    ...context,
  }).map(({ family }) => family);

const evicted = aPod({ name: 'web-old', phase: 'Failed', reason: 'Evicted', statuses: [] });

describe('ownerProblems', () => {
  it('collect those of the pods and of the workload', () => {
    const conditions = [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate' })];
    const workloads = [aDeployment({ conditions })];
    expect(families({ workloads, pods: [aPod({ statuses: [aCrashLoopingStatus()] })] })).toEqual([
      'crash',
      'admission',
    ]);
  });

  it('look up the node of each pod', () => {
    const down = aNode({ conditions: [aCondition('Ready', 'Unknown')] });
    const nodeOf = (name: string) => (name === 'node-2' ? down : aNode());
    const pods = [aPod({ name: 'a' }), aPod({ name: 'b', nodeName: 'node-2' })];
    expect(families({ pods, nodeOf })).toEqual(['node']);
  });

  it('take evicted pods for history once they are replaced', () => {
    expect(families({ workloads: [aDeployment()], pods: [evicted] })).toEqual([]);
    const reduced = aDeployment({ replicas: { desired: 3, ready: 2 } });
    expect(families({ workloads: [reduced], pods: [evicted] })).toEqual(['eviction']);
    expect(families({ workloads: [aStatefulSet()], pods: [evicted] })).toEqual([]);
  });

  it('keep the eviction of a pod that nobody replaces', () => {
    expect(families({ pods: [evicted] })).toEqual(['eviction']);
  });
});

describe('ownerProblems of Jobs', () => {
  const job = (name: string, agoMs: number, type?: 'Complete' | 'Failed'): Job =>
    aJob({
      name,
      createdAt: NOW - agoMs,
      conditions: type ? [aCondition(type, 'True', { reason: 'BackoffLimitExceeded' })] : [],
    });
  const podOf = (owner: Job) =>
    aPod({
      name: `${owner.meta.name}-x`,
      owner: ownerRefTo(owner),
      phase: 'Failed',
      template: { restartPolicy: 'Never' },
      statuses: [aContainerStatus({ state: terminated() })],
    });

  it('forget the failed tries of a Job that completed', () => {
    const done = job('a', HOUR, 'Complete');
    expect(families({ workloads: [done], pods: [podOf(done)] })).toEqual([]);
  });

  it('report the tries of a Job that still runs', () => {
    const active = job('a', HOUR);
    expect(families({ workloads: [active], pods: [podOf(active)] })).toEqual(['crash']);
  });

  it('tell once that a pod which does not start keeps the next runs of its CronJob away', () => {
    const cronJob = aCronJob({
      concurrencyPolicy: 'Forbid',
      lastScheduleAt: at('09:40:00'),
      active: ['report-1'],
    });
    const job = aJob({ name: 'report-1', owner: ownerRefTo(cronJob), createdAt: at('09:40:00') });
    const owner = aWorkloadRef({ kind: 'CronJob', name: cronJob.meta.name, uid: cronJob.meta.uid });
    const context = { owner, cronJob, workloads: [job] };
    const stuck = aPod({
      owner: ownerRefTo(job),
      statuses: [aContainerStatus({ state: waiting('CreateContainerConfigError') })],
    });
    expect(families({ ...context, pods: [stuck] })).toEqual(['config']);
    expect(families({ ...context, pods: [aPod({ owner: ownerRefTo(job) })] })).toEqual(['job']);
  });

  it('report the last finished Job of a CronJob, not those before it', () => {
    const [older, newer] = [job('a', 2 * HOUR, 'Failed'), job('b', HOUR, 'Failed')];
    expect(families({ workloads: [older, newer], pods: [podOf(older)] })).toEqual(['job']);
    const recovered = job('c', 0, 'Complete');
    expect(families({ workloads: [older, newer, recovered], pods: [podOf(older), podOf(newer)] })).toEqual(
      [],
    );
  });
});
