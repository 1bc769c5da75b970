import { describe, expect, it } from 'vitest';
import { aRevision } from '#lib/testing/build-cluster.ts';
import { at } from '#lib/testing/time.ts';
import { rolloutsOf } from './rollouts-of.ts';

const made = aRevision({ number: 2, createdAt: at('10:00:00'), rolledOutAt: at('10:00:00') });
const back = aRevision({ number: 3, createdAt: at('09:00:00'), isCurrent: true, wasReturnedTo: true });
const told = (...revisions: Parameters<typeof rolloutsOf>[0][number][]) =>
  rolloutsOf(revisions).map(({ number, at, isCurrent }) => [number, at, isCurrent]);

describe('rolloutsOf', () => {
  it('tells what was rolled back to twice, under the number it had each time', () => {
    expect(told({ ...back, pastRevisions: [1], rolledOutAt: at('11:00:00') }, made)).toEqual([
      [1, at('09:00:00'), false],
      [2, at('10:00:00'), false],
      [3, at('11:00:00'), true],
    ]);
  });

  it('has no number for the first time where nobody keeps it', () => {
    expect(told({ ...back, rolledOutAt: at('11:00:00') }, made)[0]).toEqual([
      undefined,
      at('09:00:00'),
      false,
    ]);
  });

  it('does not say when it was called back where nothing tells: then none is in force', () => {
    expect(told({ ...back, pastRevisions: [1] }, made)).toEqual([
      [1, at('09:00:00'), false],
      [2, at('10:00:00'), false],
    ]);
  });
});
