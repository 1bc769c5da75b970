import { describe, expect, it } from 'vitest';
import { bytesText, parseQuantity } from './quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['512Mi', 536_870_912],
    ['1Gi', 1_073_741_824],
    ['1G', 1_000_000_000],
    ['250m', 0.25],
    ['128m', 0.128],
    ['1e3', 1000],
    ['2', 2],
    ['.5', 0.5],
    ['12E', 12e18],
    ['', undefined],
    ['1 Gi', undefined],
    ['1gi', undefined],
    ['abc', undefined],
  ])('%s is %s', (text, value) => expect(parseQuantity(text)).toBe(value));
});

describe('bytesText', () => {
  it.each([
    [536_870_912, '512 MiB'],
    [1_610_612_736, '1.5 GiB'],
    [1000, '1000 B'],
    [2 ** 60, '1024 PiB'],
  ])('%d is %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
});
