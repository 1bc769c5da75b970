import { expect, it } from 'vitest';
import { knownAt } from './known-at.ts';

it('live pods are known up to now', () => {
  expect(knownAt({ state: 'live', sinceAt: 100 }, 500)).toBe(500);
});

it('time stands still for stale pods: nothing recovers because nobody answers', () => {
  expect(knownAt({ state: 'stale', sinceAt: 100 }, 500)).toBe(100);
});

it('never names a moment in the future, whatever the clocks say', () => {
  expect(knownAt({ state: 'stale', sinceAt: 900 }, 500)).toBe(500);
});
