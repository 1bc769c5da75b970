import { describe, expect, it } from 'vitest';
import type { CronJob, Job } from '#lib/model/workload.ts';
import { anEvent } from '#lib/testing/build-cluster.ts';
import { aCondition } from '#lib/testing/build-meta.ts';
import { aCronJob, aJob, aWorkloadRef } from '#lib/testing/build-workload.ts';
import { at, HOUR, MINUTE } from '#lib/testing/time.ts';
import { type CronJobContext, cronJobLookAgainAt, cronJobVerdict } from './cron-job-verdict.ts';

const owner = aWorkloadRef({ kind: 'CronJob', name: 'report' });
const NOW = at('10:00:30');
const verdict = (cronJob: CronJob | undefined, context: Partial<CronJobContext> = {}) =>
  cronJobVerdict(owner, { cronJob, jobs: [], events: [], now: NOW, ...context });

const failed = (name: string, createdAt: number, failedAt = createdAt + MINUTE): Job =>
  aJob({
    name,
    createdAt,
    active: 0,
    conditions: [
      aCondition('Failed', 'True', { reason: 'BackoffLimitExceeded', lastTransitionAt: failedAt }),
    ],
  });
const succeeded = (name: string, createdAt: number): Job =>
  aJob({ name, createdAt, active: 0, conditions: [aCondition('Complete', 'True')] });

describe('a CronJob whose runs fail', () => {
  const jobs = [failed('a', at('09:45:00')), failed('b', at('09:50:00')), failed('c', at('09:55:00'))];

  it('has failed since the first of them after its last success, the newest first', () => {
    const found = verdict(aCronJob({ lastSuccessfulAt: at('09:47:00') }), { jobs });
    expect(found).toMatchObject({ kind: 'failing', sinceAt: at('09:51:00') });
    expect(found?.kind === 'failing' && found.jobs.map(({ meta }) => meta.name)).toEqual(['c', 'b']);
  });

  it('fails no more once a run succeeded, though its history keeps failed Jobs only', () => {
    expect(verdict(aCronJob({ lastSuccessfulAt: at('09:57:00') }), { jobs })).toBeUndefined();
    expect(verdict(undefined, { jobs: [...jobs, succeeded('d', at('10:00:00'))] })).toBeUndefined();
  });

  it('is told without the CronJob too', () => {
    expect(verdict(undefined, { jobs })).toMatchObject({ kind: 'failing', sinceAt: at('09:46:00') });
  });
});

describe('a CronJob that forbids a second run', () => {
  const job = aJob({ name: 'report-1', createdAt: at('09:40:00') });
  const forbids = aCronJob({
    concurrencyPolicy: 'Forbid',
    lastScheduleAt: at('09:40:00'),
    active: ['report-1'],
  });

  it('is blocked when two starts in a row fell out', () => {
    expect(verdict(forbids, { jobs: [job] })).toMatchObject({ kind: 'blocked', job, dueAt: at('09:45:00') });
  });

  it.each<[string, CronJob, number]>([
    ['one start is late, as the policy wants it', forbids, at('09:49:00')],
    ['its policy allows several', { ...forbids, concurrencyPolicy: 'Allow' }, at('09:50:00')],
    ['it is suspended', { ...forbids, suspended: true, lastScheduleAt: undefined }, NOW],
    ['the Job that runs is not its own', { ...forbids, active: [] }, at('09:52:00')],
  ])('is not when %s', (_case, cronJob, now) =>
    expect(verdict(cronJob, { jobs: [job], now })?.kind).not.toBe('blocked'),
  );
});

describe('a CronJob that was due', () => {
  it('is overdue ten minutes later, though no event says so any more', () => {
    expect(verdict(aCronJob(), { now: at('10:10:00') })).toEqual({ kind: 'overdue', dueAt: at('10:00:00') });
    expect(verdict(aCronJob(), { now: at('10:09:00') })).toBeUndefined();
  });

  it.each<[string, Partial<CronJob>]>([
    ['has a starting deadline, and may have left the start out', { startingDeadlineSeconds: 200 }],
    ['may go by another clock', { schedule: '0 3 * * *', lastScheduleAt: at('02:00:00') }],
    ['has a schedule we cannot read', { schedule: '@every 5m' }],
    ['is made just now, and by a clock nobody told us', { lastScheduleAt: undefined }],
  ])('says nothing of one that %s', (_case, cronJob) =>
    expect(verdict(aCronJob(cronJob), { now: at('10:30:00') })).toBeUndefined(),
  );
});

describe('a suspended CronJob', () => {
  it('that used to run is told from its next due time on', () => {
    const suspended = aCronJob({ suspended: true });
    expect(verdict(suspended)).toEqual({ kind: 'suspended', dueAt: at('10:00:00') });
    expect(verdict(suspended, { now: at('09:59:00') })).toBeUndefined();
  });

  it('that never ran is a template for Jobs started by hand', () => {
    expect(verdict(aCronJob({ suspended: true, lastScheduleAt: undefined }))).toBeUndefined();
  });

  it('ignores what was said before, but for its time zone, which is looked at first', () => {
    const said = (reason: string) =>
      anEvent({
        reason,
        lastAt: at('09:59:00'),
        regarding: { kind: 'CronJob', name: 'report', uid: owner.uid },
      });
    const template = aCronJob({ suspended: true, lastScheduleAt: undefined });
    expect(verdict(template, { events: [said('MissSchedule')] })).toBeUndefined();
    expect(verdict(template, { events: [said('UnknownTimeZone')] })?.kind).toBe('not-started');
  });
});

describe('a time zone nobody knows', () => {
  it('is told of a CronJob that never started', () => {
    const lost = aCronJob({ timeZone: 'Mars/Olympus', lastScheduleAt: undefined });
    expect(verdict(lost)).toMatchObject({ kind: 'unknown-time-zone', timeZone: 'Mars/Olympus' });
  });

  it('is not claimed where the controller starts it all the same', () => {
    expect(verdict(aCronJob({ timeZone: 'Mars/Olympus' }))).toBeUndefined();
  });
});

describe('cronJobLookAgainAt', () => {
  it('is the moment the verdict would change by time alone', () => {
    for (const cronJob of [
      aCronJob(),
      aCronJob({ suspended: true }),
      aCronJob({ concurrencyPolicy: 'Forbid', active: ['report-1'] }),
    ]) {
      const jobs = [aJob({ name: 'report-1', createdAt: at('09:55:00') })];
      let now = at('09:56:00');
      const kindAt = (time: number) => verdict(cronJob, { jobs, now: time })?.kind;
      while (now < at('09:56:00') + HOUR) {
        const again = cronJobLookAgainAt(cronJob, now) ?? Infinity;
        const soon = now + MINUTE;
        if (again > soon) expect(kindAt(soon)).toBe(kindAt(now));
        now = soon;
      }
      expect(kindAt(now)).toBeDefined();
    }
  });
});
