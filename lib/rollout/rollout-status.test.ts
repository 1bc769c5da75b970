import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aDaemonSet, aDeployment, aStatefulSet } from '#lib/testing/build-workload.ts';
import { rolloutStatus } from './rollout-status.ts';

const counts = { desired: 3, current: 3, updated: 3, ready: 3, available: 3 };

describe('rolloutStatus', () => {
  it.each([
    [
      'some pods are still of the old template',
      { ...counts, updated: 1 },
      'progressing',
      'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
    ],
    [
      'old pods are still there',
      { ...counts, current: 5 },
      'progressing',
      'Waiting for deployment "web" rollout to finish: 2 old replicas are pending termination...',
    ],
    [
      'new pods are not available yet',
      { ...counts, available: 2 },
      'progressing',
      'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...',
    ],
    ['all is in place', counts, 'done', 'deployment "web" successfully rolled out'],
  ])('says what kubectl says when %s', (_when, replicas, state, message) => {
    expect(rolloutStatus(aDeployment({ replicas }))).toMatchObject({ state, message });
  });

  it('waits for the controller to see the change, and does not name a revision until then', () => {
    const status = rolloutStatus(
      aDeployment({ meta: { generation: 5 }, observedGeneration: 4, revision: 6 }),
    );
    expect(status.message).toBe('Waiting for deployment spec update to be observed...');
    expect(status).toMatchObject({ state: 'waiting' });
    expect(status.revision).toBeUndefined();
  });

  it('fails at the progress deadline, before it counts pods', () => {
    const conditions = [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })];
    expect(rolloutStatus(aDeployment({ conditions, replicas: { ...counts, updated: 1 } }))).toMatchObject({
      state: 'failed',
      message: 'deployment "web" exceeded its progress deadline',
    });
  });
});

describe('rolloutStatus of a StatefulSet', () => {
  it.each([
    ['pods are not ready', { ready: 1 }, {}, 'progressing', 'Waiting for 2 pods to be ready...'],
    [
      'some are not updated',
      { updated: 1 },
      {},
      'progressing',
      'Waiting for partitioned roll out to finish: 1 out of 3 new pods have been updated...',
    ],
    [
      'the partition holds the others back',
      { updated: 1 },
      { partition: 2 },
      'done',
      'partitioned roll out complete: 1 new pods have been updated...',
    ],
    ['all are new', {}, {}, 'done', 'partitioned roll out complete: 3 new pods have been updated...'],
    [
      'they wait to be deleted',
      { updated: 1 },
      { strategy: 'OnDelete' },
      'progressing',
      '1 of 3 pods are new; with OnDelete the others change when they are deleted.',
    ],
  ] as const)('says what kubectl says when %s', (_when, replicas, rest, state, message) => {
    expect(rolloutStatus(aStatefulSet({ replicas: { ...counts, ...replicas }, ...rest }), 4)).toMatchObject({
      state,
      message,
      revision: 4,
    });
  });
});

describe('rolloutStatus of a DaemonSet', () => {
  it.each([
    [
      'some are not updated',
      { updated: 1 },
      'progressing',
      'Waiting for daemon set "agent" rollout to finish: 1 out of 3 new pods have been updated...',
    ],
    [
      'some are not available',
      { available: 2 },
      'progressing',
      'Waiting for daemon set "agent" rollout to finish: 2 of 3 updated pods are available...',
    ],
    ['all is in place', {}, 'done', 'daemon set "agent" successfully rolled out'],
  ] as const)('says what kubectl says when %s', (_when, replicas, state, message) => {
    expect(rolloutStatus(aDaemonSet({ replicas: { ...counts, ...replicas } }))).toMatchObject({
      state,
      message,
    });
  });

  it('waits until the controller has seen the change', () => {
    const unseen = aDaemonSet({ meta: { generation: 2 }, observedGeneration: 1 });
    expect(rolloutStatus(unseen)).toMatchObject({
      state: 'waiting',
      message: 'Waiting for daemon set spec update to be observed...',
    });
  });
});
