import { describe, expect, it } from 'vitest';
import type { Workload } from '#lib/model/workload.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aContainerStatus, aCrashLoopingStatus, aPod, waiting } from '#lib/testing/build-pod.ts';
import {
  aDaemonSet,
  aDeployment,
  aJob,
  aReplicaSet,
  aStatefulSet,
  aWorkloadRef,
} from '#lib/testing/build-workload.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import { type WorkloadContext, workloadProblems } from './workload-problems.ts';

const NOW = at('10:00:00');
const QUOTA =
  'Error creating: pods "x" is forbidden: exceeded quota: ns-quota, requested: limits.cpu=1, used: limits.cpu=6, limited: limits.cpu=6';

const problems = (workload: Workload, context: Partial<WorkloadContext> = {}) =>
  workloadProblems(workload, { pods: [], replicaSets: [], events: [], now: NOW, ...context });

describe('workloadProblems of healthy workloads', () => {
  it.each<Workload>([aDeployment(), aStatefulSet(), aDaemonSet(), aJob(), aDeployment({ paused: true })])(
    'are none: $kind',
    (workload) => expect(problems(workload)).toEqual([]),
  );
});

describe('workloadProblems when pods cannot be created', () => {
  it('take the condition of the Deployment', () => {
    const deployment = aDeployment({
      replicas: { desired: 3, current: 0, ready: 0 },
      conditions: [
        aCondition('ReplicaFailure', 'True', {
          reason: 'FailedCreate',
          message: QUOTA,
          lastTransitionAt: at('09:40:00'),
        }),
      ],
    });
    expect(problems(deployment)).toEqual([
      {
        family: 'admission',
        owner: aWorkloadRef(),
        reason: 'FailedCreate',
        message: QUOTA,
        sinceAt: at('09:40:00'),
        restartCount: 0,
      },
    ]);
  });

  it('take the event of the ReplicaSet, because those of the Deployment look normal', () => {
    const deployment = aDeployment({ replicas: { desired: 3, current: 0 } });
    const replicaSet = aReplicaSet({ deployment, replicas: { desired: 3, current: 0 } });
    const events = [
      anEvent({
        about: replicaSet,
        reason: 'FailedCreate',
        message: QUOTA,
        firstAt: at('09:50:00'),
        lastAt: NOW,
      }),
    ];
    expect(problems(deployment, { replicaSets: [replicaSet], events })).toMatchObject([
      {
        family: 'admission',
        owner: { kind: 'Deployment', name: 'web' },
        message: QUOTA,
        sinceAt: at('09:50:00'),
      },
    ]);
  });

  it.each([
    aStatefulSet({ replicas: { desired: 3, current: 1 } }),
    aDaemonSet({ replicas: { desired: 3, current: 2 } }),
  ])('take the event of a $kind that misses pods', (workload) => {
    const events = [anEvent({ about: workload, reason: 'FailedCreate', lastAt: NOW })];
    expect(problems(workload, { events })).toMatchObject([{ family: 'admission' }]);
  });

  it('take the event of a Job that has no pod', () => {
    const job = aJob({ active: 0 });
    const events = [anEvent({ about: job, reason: 'FailedCreate', lastAt: NOW })];
    expect(problems(job, { events })).toMatchObject([{ family: 'admission' }]);
    expect(problems(aJob({ active: 1 }), { events })).toEqual([]);
  });

  it('are over when the pods are there, or when the controller would have tried again since', () => {
    const full = aStatefulSet();
    const told = [anEvent({ about: full, reason: 'FailedCreate', lastAt: NOW })];
    expect(problems(full, { events: told })).toEqual([]);
    const missing = aStatefulSet({ replicas: { desired: 3, current: 1 } });
    const old = [anEvent({ about: missing, reason: 'FailedCreate', lastAt: NOW - 20 * MINUTE })];
    expect(problems(missing, { events: old })).toEqual([]);
  });
});

describe('workloadProblems of rollouts', () => {
  const stuck = aDeployment({
    replicas: { desired: 2, updated: 1, available: 1 },
    conditions: [
      aCondition('Progressing', 'False', {
        reason: 'ProgressDeadlineExceeded',
        message: 'ReplicaSet "web-7d9c" has timed out progressing.',
        lastTransitionAt: at('09:55:00'),
        lastUpdateAt: at('09:55:00'),
      }),
    ],
  });

  it('report an exceeded deadline that no pod explains', () => {
    expect(problems(stuck, { pods: [aPod()] })).toMatchObject([
      { family: 'rollout', reason: 'ProgressDeadlineExceeded', sinceAt: at('09:55:00') },
    ]);
  });

  it.each([
    ['everything is available again', { replicas: { ...stuck.replicas, updated: 2, available: 2 } }],
    ['the controller has not looked at the undo yet', { observedGeneration: stuck.meta.generation - 1 }],
  ])('do not blame the present rollout when %s', (_why, change) => {
    expect(problems({ ...stuck, ...change }, { pods: [aPod()] })).toEqual([]);
  });

  it('wait for pods that were made after the deadline was missed', () => {
    const onItsWay = aPod({
      meta: { createdAt: at('09:59:30') },
      conditions: [aCondition('Ready', 'False')],
    });
    expect(problems(stuck, { pods: [onItsWay] })).toEqual([]);
  });

  it('leave it to the pods when they know why', () => {
    const failing = [
      aPod({ statuses: [aCrashLoopingStatus()] }),
      aPod({ statuses: [aContainerStatus({ state: waiting('ImagePullBackOff') })] }),
    ];
    for (const pod of failing) expect(problems(stuck, { pods: [aPod(), pod] })).toEqual([]);
  });

  it('do not take another reason for the deadline', () => {
    const conditions = [aCondition('Progressing', 'False', { reason: 'FailedCreate' })];
    expect(problems(aDeployment({ conditions }))).toEqual([]);
  });
});

describe('workloadProblems of Jobs', () => {
  const failed = aJob({
    failed: 7,
    active: 0,
    conditions: [
      aCondition('Failed', 'True', {
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
        lastTransitionAt: at('09:30:00'),
      }),
    ],
  });

  it('report one that gave up', () => {
    expect(problems(failed)).toMatchObject([
      {
        family: 'job',
        reason: 'BackoffLimitExceeded',
        sinceAt: at('09:30:00'),
        owner: { kind: 'Job', name: 'report' },
      },
    ]);
  });

  it('report it under its CronJob', () => {
    const owner = aWorkloadRef({ kind: 'CronJob', name: 'nightly' });
    expect(problems(failed, { owner })).toMatchObject([{ family: 'job', owner }]);
  });
});
