import { describe, expect, it } from 'vitest';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aDeployment, aJob, aReplicaSet } from '#lib/testing/build-workload.ts';
import { workloadNextAttempt } from './workload-next-attempt.ts';

const NEVER = { kind: 'untimed', text: 'never by itself' };

describe('workloadNextAttempt', () => {
  it('is silent about a healthy workload', () => {
    expect(workloadNextAttempt(aDeployment())).toBeUndefined();
    expect(workloadNextAttempt(aJob())).toBeUndefined();
  });

  it('knows that a paused rollout waits for a person', () => {
    expect(workloadNextAttempt(aDeployment({ paused: true }))).toEqual(NEVER);
  });

  it('knows that a Job that gave up stays so', () => {
    const conditions = [aCondition('Failed', 'True', { reason: 'BackoffLimitExceeded' })];
    expect(workloadNextAttempt(aJob({ conditions }))).toEqual(NEVER);
    expect(workloadNextAttempt(aJob({ suspended: true }))).toEqual(NEVER);
  });

  it('bounds the retry of a creation that is refused', () => {
    const conditions = [aCondition('ReplicaFailure', 'True', { reason: 'FailedCreate' })];
    expect(workloadNextAttempt(aReplicaSet({ conditions }))).toEqual({
      kind: 'untimed',
      text: 'within 17 min',
    });
  });

  it('knows that an exceeded deadline undoes nothing', () => {
    const conditions = [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })];
    expect(workloadNextAttempt(aDeployment({ conditions }))).toEqual(NEVER);
  });
});
