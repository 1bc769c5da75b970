import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anEvent, aRevision } from '#lib/testing/build-cluster.ts';
import { at, MINUTE } from '#lib/testing/time.ts';
import type { PodHistory } from './pod-history.ts';
import { type TimelineFacts, timelineEntries } from './timeline-entries.ts';

const pod: PodHistory = {
  uid: 'p',
  name: 'web-a',
  namespace: 'shop',
  createdAt: at('10:00:00'),
  recordedFromAt: at('10:00:00'),
  changedAt: at('10:00:00'),
  containers: [
    {
      name: 'web',
      role: 'app',
      mayEnd: false,
      restarts: 2,
      runs: [
        {
          containerId: '1',
          startedAt: at('10:00:05'),
          finishedAt: at('10:00:20'),
          exitCode: 1,
          reason: 'Error',
        },
        {
          containerId: '2',
          startedAt: at('10:00:21'),
          finishedAt: at('10:00:40'),
          exitCode: 1,
          reason: 'Error',
        },
        { containerId: '3', startedAt: at('10:00:52') },
      ],
      pullFailedAt: [],
      readyChanges: [{ at: at('10:00:55'), ready: true }],
    },
  ],
};

const entries = (facts: Partial<TimelineFacts>) =>
  timelineEntries({ events: [], pods: [], revisions: [], actions: [], ...facts });

describe('timelineEntries', () => {
  it('tells of a revision that was rolled back to when it was made, and when it was called back', () => {
    const back = aRevision({
      number: 3,
      pastRevisions: [1],
      createdAt: at('09:00:00'),
      rolledOutAt: at('11:00:00'),
    });
    const made = aRevision({ number: 2, uid: 'other', createdAt: at('10:00:00') });
    const told = timelineEntries({ events: [], pods: [], actions: [], revisions: [back, made] });
    expect(told.map(({ at, title }) => [at, title.split(':')[0]])).toEqual([
      [at('09:00:00'), 'Revision 1'],
      [at('10:00:00'), 'Revision 2'],
      [at('11:00:00'), 'Revision 3'],
    ]);
  });

  it('tells what happened, oldest first', () => {
    const list = entries({
      pods: [pod],
      revisions: [aRevision({ number: 7, createdAt: at('09:59:00'), changeCause: 'new image' })],
      actions: [
        { id: 'a1', at: at('10:05:00'), subject: 'shop/web', title: 'Rolled back to revision 6', ok: true },
      ],
      events: [anEvent({ reason: 'Unhealthy', message: 'Readiness probe failed', lastAt: at('10:00:30') })],
    });
    expect(list.map(({ source, title, count }) => `${source} ${title} x${count}`)).toEqual([
      'rollout Revision 7: ghcr.io/acme/web:1.4.2 x1',
      'event Unhealthy x1',
      'container Exited with code 1 (Error) x2',
      'transition Became ready x1',
      'action Rolled back to revision 6 x1',
    ]);
  });

  it('folds equal exits with their range', () => {
    expect(entries({ pods: [pod] })[0]).toMatchObject({
      count: 2,
      firstAt: at('10:00:20'),
      at: at('10:00:40'),
      subject: 'web-a/web',
      tone: 'bad',
    });
  });

  it('folds events of one object, reason and text, and keeps others apart', () => {
    const event = { reason: 'BackOff', message: 'Back-off pulling image "x"' };
    const list = entries({
      events: [
        anEvent({ ...event, count: 4, firstAt: at('10:00:00'), lastAt: at('10:02:00') }),
        anEvent({ ...event, count: 2, firstAt: at('10:03:00'), lastAt: at('10:04:00') }),
        anEvent({ ...event, message: 'Back-off pulling image "y"', lastAt: at('10:05:00') }),
      ],
    });
    expect(list.map(({ count, firstAt, detail }) => [count, firstAt, detail])).toEqual([
      [6, at('10:00:00'), 'Back-off pulling image "x"'],
      [1, at('10:05:00'), 'Back-off pulling image "y"'],
    ]);
  });

  it('puts the change before what it did in the same moment', () => {
    const moment = at('10:00:00');
    const list = entries({
      events: [anEvent({ lastAt: moment })],
      revisions: [aRevision({ createdAt: moment })],
      actions: [{ id: 'a', at: moment, subject: 'shop/web', title: 'Set image', ok: false }],
    });
    expect(list.map(({ source, tone }) => `${source} ${tone}`)).toEqual([
      'action bad',
      'rollout neutral',
      'event bad',
    ]);
  });

  it('does not call the good end of a Job bad', () => {
    const container = pod.containers[0];
    if (!container) throw new Error('the pod has a container');
    const done = {
      ...container,
      mayEnd: true,
      runs: [{ containerId: '1', finishedAt: at('10:00:20'), exitCode: 0 }],
    };
    expect(entries({ pods: [{ ...pod, containers: [done] }] })[0]).toMatchObject({
      tone: 'good',
      title: 'Exited with code 0',
    });
  });

  it('gives the same list for the same facts in any order, ids unique, time never running backwards', () => {
    const events = fc.array(
      fc
        .record({
          reason: fc.constantFrom('BackOff', 'Unhealthy', 'Pulled'),
          name: fc.constantFrom('web-a', 'web-b'),
          agoMs: fc.nat(10).map((steps) => steps * MINUTE),
          count: fc.integer({ min: 1, max: 9 }),
        })
        .map(({ reason, name, agoMs, count }) =>
          anEvent({
            reason,
            count,
            regarding: { name },
            lastAt: at('12:00:00') - agoMs,
            firstAt: at('11:00:00'),
          }),
        ),
    );
    fc.assert(
      fc.property(events, fc.array(fc.nat()), (list, keys) => {
        const revisions = [aRevision({ number: 1 }), aRevision({ number: 2 })];
        const expected = entries({ events: list, pods: [pod], revisions });
        const shuffled = list
          .map((event, index) => ({ event, key: keys[index] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(entries({ events: shuffled, pods: [pod], revisions: revisions.toReversed() })).toEqual(
          expected,
        );
        expect(new Set(expected.map(({ id }) => id)).size).toBe(expected.length);
        expect(expected.map(({ at: time }) => time)).toEqual(
          expected.map(({ at: time }) => time).toSorted((a, b) => a - b),
        );
        const seen = list.reduce((sum, { count }) => sum + count, 0);
        const told = expected
          .filter(({ source }) => source === 'event')
          .reduce((sum, { count }) => sum + count, 0);
        expect(told).toBe(seen);
      }),
    );
  });
});
