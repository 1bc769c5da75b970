import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aDeployment } from '#lib/testing/build-workload.ts';
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
