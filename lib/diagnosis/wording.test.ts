import { describe, expect, it } from 'vitest';
import { durationText } from './wording.ts';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

describe('durationText', () => {
  it.each([
    [-5, '0 s'],
    [59 * SECOND, '59 s'],
    [92 * SECOND, '1 min 32 s'],
    [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
    [47 * HOUR, '47 h'],
    [9_204 * HOUR + 5 * MINUTE, '383 d 12 h'],
    [96 * HOUR, '4 d'],
  ])('%d ms is "%s"', (ms, text) => expect(durationText(ms)).toBe(text));
});
