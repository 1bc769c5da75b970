import { describe, expect, it } from 'vitest';
import { at } from '#lib/testing/time.ts';
import { nextJobPod } from './next-job-pod.ts';

const after = (failures: number, backoffLimit = 6) =>
  nextJobPod({ failures, backoffLimit, lastFailedAt: at('10:00:00') });

describe('nextJobPod', () => {
  it.each([
    [1, '10:00:10', '10:00:25'],
    [2, '10:00:20', '10:00:35'],
    [5, '10:02:40', '10:02:55'],
    [6, '10:05:20', '10:05:35'],
  ])('after failure %d expects the next pod between %s and %s', (failures, early, late) => {
    expect(after(failures)).toMatchObject({ kind: 'timed', earlyAt: at(early), lateAt: at(late) });
  });

  it('covers both known caps: 6 min of old releases, 10 min since', () => {
    expect(after(9, 20)).toMatchObject({
      delayMs: 600_000,
      earlyAt: at('10:06:00'),
      lateAt: at('10:10:15'),
      source: 'estimated',
    });
  });

  it('says that nothing will happen when the limit is used up', () => {
    expect(after(7)).toEqual({ kind: 'untimed', text: 'never by itself' });
    expect(after(1, 0)).toEqual({ kind: 'untimed', text: 'never by itself' });
  });
});
