import { describe, expect, it } from 'vitest';
import { causeBars, causeSentence, unhealthyPoints, unhealthySentence } from './overview-model.ts';

const cause = (title: string, incidents: number) => ({ causeId: title, title, incidents, pods: incidents });
const sample = (at: number, unhealthyPods: number) => ({ at, unhealthyPods, byFamily: {} });

describe('overview', () => {
  it('lets the last sample hold until now', () => {
    expect(unhealthyPoints({ samples: [sample(1, 4)], serverNow: 9 })).toEqual([
      { at: 1, value: 4 },
      { at: 9, value: 4 },
    ]);
  });

  it('folds rare causes into "Other", last whatever its size, and loses none', () => {
    const bars = causeBars(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((title, index) => cause(title, 7 - index)),
    );
    expect(bars.at(-1)).toMatchObject({ name: 'Other', incidents: 3 });
    expect(bars.reduce((sum, { incidents }) => sum + incidents, 0)).toBe(28);
  });

  it.each([
    ['no sample', [], 'No sample was taken yet.'],
    ['nothing unhealthy', [{ at: 1, value: 0 }], 'No pod was unhealthy since recording began.'],
    [
      'a peak now',
      [
        { at: 1, value: 1 },
        { at: 2, value: 5 },
      ],
      '5 pods unhealthy now, the most since recording began.',
    ],
    [
      'a peak before',
      [
        { at: 0, value: 5 },
        { at: 60_000, value: 1 },
      ],
      '1 pod unhealthy now; the most were 5 at 00:00.',
    ],
  ])('states the finding: %s', (_what, points, sentence) =>
    expect(unhealthySentence(points, 'UTC')).toBe(sentence),
  );

  it('names the most frequent cause', () => {
    expect(causeSentence([cause('OOM', 1), cause('Image', 3)])).toBe('Image: 3 of 4 incidents, 3 pods.');
    expect(causeSentence([])).toBe('No incident is open.');
  });
});
