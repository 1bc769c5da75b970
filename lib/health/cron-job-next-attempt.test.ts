import { describe, expect, it } from 'vitest';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aCronJob, aJob } from '#lib/testing/build-workload.ts';
import { at } from '#lib/testing/time.ts';
import { cronJobNextAttempt } from './cron-job-next-attempt.ts';
import type { CronJobVerdict } from './cron-job-verdict.ts';

const NOW = at('10:02:00');
const next = (verdict: CronJobVerdict | undefined, cronJob = aCronJob()) =>
  cronJobNextAttempt(verdict, cronJob, NOW);
const failing: CronJobVerdict = { kind: 'failing', jobs: [aJob()], sinceAt: at('09:56:00') };

describe('cronJobNextAttempt', () => {
  it('of a CronJob whose runs fail is the next run', () => {
    expect(next(failing)).toEqual({
      kind: 'scheduled',
      earlyAt: at('10:05:00'),
      lateAt: at('10:05:10'),
      schedule: '*/5 * * * *',
      timeZone: 'UTC',
    });
  });

  it('says when the clock is assumed', () => {
    expect(next(failing, aCronJob({ lastScheduleAt: undefined }))).toMatchObject({ isZoneAssumed: true });
  });

  it.each<[string, CronJobVerdict | undefined, ReturnType<typeof aCronJob> | undefined, string]>([
    ['suspended', failing, aCronJob({ suspended: true }), 'never by itself'],
    ['never due', undefined, aCronJob({ schedule: '0 0 31 2 *' }), 'at its schedule'],
    ['blocked', { kind: 'blocked', job: aJob({ name: 'a' }), dueAt: NOW }, aCronJob(), 'when a ends'],
    ['overdue', { kind: 'overdue', dueAt: NOW }, aCronJob(), 'at its schedule'],
    ['not readable by us', failing, aCronJob({ schedule: '@every 1h' }), 'at its schedule'],
    [
      'refused its Job',
      { kind: 'not-started', event: anEvent({ reason: 'FailedCreate' }) },
      aCronJob(),
      'within 17 min',
    ],
    [
      'given up',
      { kind: 'not-started', event: anEvent({ reason: 'FailedNeedsStart' }) },
      aCronJob(),
      'never by itself',
    ],
  ])('when it is %s', (_case, verdict, cronJob, text) =>
    expect(next(verdict, cronJob)).toEqual({ kind: 'untimed', text }),
  );

  it('of one that may not be read is only known to come', () => {
    expect(cronJobNextAttempt(failing, undefined, NOW)).toEqual({ kind: 'untimed', text: 'at its schedule' });
  });
});
