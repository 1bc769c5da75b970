import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortedInTurns } from './sorted-in-turns.ts';

type Item = { readonly key: number; readonly place: number };
const byKey = (a: Item, b: Item) => a.key - b.key;
const atOnce = { turn: () => Promise.resolve() };

it('is toSorted, also where it keeps the order of equal ones', async () => {
  // Longer than several runs, with few different keys.
  const keys = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 9_000, maxLength: 9_000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(keys, async (numbers) => {
      const items = numbers.map((key, place) => ({ key, place }));
      expect(await sortedInTurns(items, byKey, atOnce)).toEqual(items.toSorted(byKey));
    }),
    { numRuns: 5 },
  );
});

it.each([0, 1, 2_000, 2_001, 6_000])('sorts %d items', async (count) => {
  const items = Array.from({ length: count }, (_, place) => ({ key: (place * 7_919) % 1_009, place }));
  expect(await sortedInTurns(items, byKey, atOnce)).toEqual(items.toSorted(byKey));
});

it('offers a turn after a few thousand comparisons', async () => {
  let turns = 0;
  const turn = () => {
    turns += 1;
    return Promise.resolve();
  };
  const items = Array.from({ length: 50_000 }, (_, place) => ({ key: (place * 7_919) % 50_021, place }));
  await sortedInTurns(items, byKey, { turn });
  expect(turns).toBeGreaterThan(100);
});
