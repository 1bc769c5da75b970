import { expect, it } from 'vitest';
import { delays } from './delays.ts';

it('is the time between a change and its reader', () => {
  const sent = { 1: 1_000, 2: 2_000, 3: 3_000 };
  const seen = [
    [1, 2_000],
    [2, 7_000],
    [3, 5_000],
  ] as const;
  expect(delays(sent, seen)).toEqual({ p50: 2, p99: 5, heard: 3 });
});

it('leaves out what nobody sent', () => {
  expect(
    delays({ 7: 1_000 }, [
      [12, 9_000],
      [7, 1_500],
    ]),
  ).toEqual({ p50: 0.5, p99: 0.5, heard: 1 });
});

it('is unknown when nothing was heard', () => {
  expect(delays({ 1: 1_000 }, [])).toEqual({ p50: NaN, p99: NaN, heard: 0 });
});
