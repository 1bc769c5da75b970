import { describe, expect, it } from 'vitest';
import type { CronJob, Job } from '#lib/sandbox/client/workload-objects.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import { reconcileCronJob } from './reconcile.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const metadata = (name: string, createdAt = NOON - 30 * MINUTE) => ({
  name,
  namespace: 'data',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: iso(createdAt),
});
const aCronJob = (spec: Partial<CronJob['spec']> = {}, status: CronJob['status'] = {}): CronJob => ({
  metadata: metadata('tick'),
  spec: {
    schedule: '*/10 * * * *',
    jobTemplate: {
      metadata: { labels: { team: 'a' } },
      spec: { template: { spec: { containers: [] } } },
    },
    ...spec,
  },
  status: { lastScheduleTime: iso(NOON - 10 * MINUTE), ...status },
});
const aJob = (name: string, ended?: 'Complete' | 'Failed', startedAt = NOON - 10 * MINUTE): Job => ({
  metadata: {
    ...metadata(name, startedAt),
    ownerReferences: [
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid: 'tick', controller: true },
    ],
  },
  spec: { template: { spec: { containers: [] } } },
  status: {
    startTime: iso(startedAt),
    ...(ended
      ? {
          conditions: [{ type: ended, status: 'True' }],
          ...(ended === 'Complete' ? { completionTime: iso(startedAt + MINUTE) } : {}),
        }
      : {}),
  },
});
const active = (...names: readonly string[]) => names.map((name) => ({ name, uid: name }));

const pass = (cronJob: CronJob, jobs: readonly Job[] = [], now = NOON + 100) =>
  reconcileCronJob({ cronJob, jobs, now });
const events = (writes: readonly Write[]) =>
  writes.flatMap((write) => (write.verb === 'event' ? [write.reason] : []));
const created = (writes: readonly Write[]) => writes.find((write) => write.verb === 'create');
const NEXT = `tick-${NOON / MINUTE}`;

describe('CronJob controller', () => {
  it('creates the job of this turn and remembers it when it exists', () => {
    const { writes, wakeAfterMs } = pass(aCronJob());
    const create = created(writes);
    expect(create?.object).toMatchObject({
      kind: 'Job',
      metadata: {
        name: NEXT,
        labels: { team: 'a' },
        annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-05T12:00:00Z' },
      },
    });
    expect(create?.followUp?.(aJob(NEXT))).toMatchObject([
      { patch: { status: { lastScheduleTime: iso(NOON), active: [{ name: NEXT, uid: NEXT }] } } },
    ]);
    expect(wakeAfterMs).toBe(10 * MINUTE);
  });

  it('waits for its turn', () => {
    const { writes, wakeAfterMs } = pass(aCronJob(), [], NOON - MINUTE);
    expect(writes).toEqual([]);
    expect(wakeAfterMs).toBe(MINUTE + 100);
  });

  it.each<[string, CronJob, readonly Job[], readonly string[]]>([
    ['starts nothing while suspended', aCronJob({ suspend: true }), [], []],
    [
      'starts nothing beside a running job with Forbid',
      aCronJob({ concurrencyPolicy: 'Forbid' }, { active: active('j') }),
      [aJob('j')],
      ['JobAlreadyActive'],
    ],
    ['says so of a schedule nobody can read', aCronJob({ schedule: '* *' }), [], ['UnparseableSchedule']],
    ['says so of an unknown time zone', aCronJob({ timeZone: 'Mars' }), [], ['UnknownTimeZone']],
  ])('%s', (_behaviour, cronJob, jobs, expected) => {
    const { writes } = pass(cronJob, jobs);
    expect(created(writes)).toBeUndefined();
    expect(events(writes)).toEqual(expected);
  });

  it('ends the running job first with Replace', () => {
    const { writes } = pass(aCronJob({ concurrencyPolicy: 'Replace' }, { active: active('j') }), [aJob('j')]);
    expect(writes.map(({ verb }) => verb)).toEqual(['delete', 'event', 'create']);
    expect(created(writes)?.followUp?.(aJob(NEXT))).toMatchObject([
      { patch: { status: { active: [{ name: NEXT }] } } },
    ]);
  });

  it('makes up for the latest of many missed turns, and complains of more than a hundred', () => {
    const lastScheduleTime = iso(NOON - 2000 * MINUTE);
    const { writes } = pass(aCronJob({}, { lastScheduleTime }), [], NOON + 3 * MINUTE);
    expect(events(writes)).toEqual(['TooManyMissedTimes']);
    expect(created(writes)?.object.metadata.name).toBe(NEXT);
  });

  it('does not start a turn older than its deadline', () => {
    const cronJob = aCronJob({ startingDeadlineSeconds: 60 }, { lastScheduleTime: iso(NOON - 30 * MINUTE) });
    expect(created(pass(cronJob, [], NOON + 2 * MINUTE).writes)).toBeUndefined();
    expect(created(pass(cronJob, [], NOON + MINUTE / 2).writes)?.object.metadata.name).toBe(NEXT);
  });

  it('takes finished and vanished jobs off its list, and remarks on one it does not know', () => {
    const status = { active: active('done', 'gone'), lastScheduleTime: iso(NOON) };
    const { writes } = pass(aCronJob({}, status), [aJob('done', 'Complete'), aJob('stranger')]);
    expect(events(writes)).toEqual(['SawCompletedJob', 'UnexpectedJob', 'MissingJob']);
    expect(writes.at(-1)).toMatchObject({
      patch: { status: { active: null, lastSuccessfulTime: iso(NOON - 9 * MINUTE) } },
    });
  });

  it('keeps three successful jobs and one failed one, the latest', () => {
    const jobs = [1, 2, 3, 4, 5].map((n) => aJob(`ok-${n}`, 'Complete', NOON - (100 - n) * MINUTE));
    const failed = [1, 2].map((n) => aJob(`bad-${n}`, 'Failed', NOON - (100 - n) * MINUTE));
    const { writes } = pass(aCronJob({}, { lastScheduleTime: iso(NOON) }), [...jobs, ...failed]);
    const deleted = writes.flatMap((write) => (write.verb === 'delete' ? [write.target.name] : []));
    expect(deleted).toEqual(['ok-1', 'ok-2', 'bad-1']);
  });
});
