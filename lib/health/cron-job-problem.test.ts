import { describe, expect, it } from 'vitest';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aJob, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { cronJobProblem } from './cron-job-problem.ts';

const owner = aWorkloadRef({ kind: 'CronJob', name: 'report' });
const now = at('10:00:00');
const TOO_MANY =
  'Cannot determine if job needs to be started: too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew';
const said = (event: Partial<KubeEvent> = {}) => ({
  ...anEvent({
    reason: 'FailedNeedsStart',
    message: TOO_MANY,
    firstAt: at('09:00:00'),
    lastAt: at('09:59:00'),
  }),
  type: 'Warning' as const,
  regarding: { kind: 'CronJob', namespace: 'shop', name: 'report', uid: owner.uid },
  ...event,
});
const problem = (events: readonly KubeEvent[], jobs: Parameters<typeof cronJobProblem>[1]['jobs'] = []) =>
  cronJobProblem(owner, { jobs, events, now });

describe('a CronJob', () => {
  it.each(['FailedNeedsStart', 'TooManyMissedTimes', 'MissSchedule', 'UnknownTimeZone', 'FailedCreate'])(
    'that was not started is a problem: %s',
    (reason) =>
      expect(problem([said({ reason })])).toMatchObject({ family: 'job', reason, sinceAt: at('09:00:00') }),
  );

  it('that was started since is none', () => {
    expect(problem([said()], [aJob({ createdAt: at('09:59:30') })])).toBeUndefined();
    const created = said({ type: 'Normal', reason: 'SuccessfulCreate', lastAt: at('09:59:30') });
    expect(problem([said(), created])).toBeUndefined();
  });

  it('that missed many starts and starts the next one in the same second is none', () => {
    expect(
      problem([said({ reason: 'TooManyMissedTimes' })], [aJob({ createdAt: at('09:59:00') })]),
    ).toBeUndefined();
  });

  it('with a Job that began before the missed start still is one', () => {
    expect(problem([said()], [aJob({ createdAt: at('08:00:00') })])).toBeDefined();
  });

  it('that is suspended, or of which nothing was said lately, is none', () => {
    expect(problem([])).toBeUndefined();
    expect(problem([said({ lastAt: at('07:00:00') })])).toBeUndefined();
    expect(problem([said({ type: 'Normal' })])).toBeUndefined();
  });

  it.each(['UnsupportedSchedule', 'JobAlreadyActive', 'SawCompletedJob'])(
    'says nothing of that kind with %s',
    (reason) => expect(problem([said({ reason })])).toBeUndefined(),
  );

  it('is the only kind this is asked of', () => {
    const event = said({ regarding: { kind: 'Job', namespace: 'shop', name: 'report', uid: 'x' } });
    expect(
      cronJobProblem(aWorkloadRef({ kind: 'Job', name: 'report' }), { jobs: [], events: [event], now }),
    ).toBeUndefined();
  });
});
