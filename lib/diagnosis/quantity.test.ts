import { describe, expect, it } from 'vitest';
import { amountText, bytesText, parseQuantity, quantityOf } from './quantity.ts';

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

describe('amountText', () => {
  it.each([
    ['requests.memory', 2560 * 2 ** 20, '2.5 GiB'],
    ['requests.storage', 5 * 2 ** 30, '5 GiB'],
    ['limits.cpu', 0.30000000000000004, '0.3 CPU'],
    ['pods', 12, '12'],
    ['count/jobs.batch', 3, '3'],
    ['requests.nvidia.com/gpu', 2, '2'],
  ])('%s %d is %s', (resource, value, text) => expect(amountText(resource, value)).toBe(text));
});

describe('quantityOf', () => {
  it.each([
    ['requests.memory', 4 * 2 ** 30, '4Gi'],
    ['limits.memory', 2560 * 2 ** 20, '2560Mi'],
    ['limits.memory', 1000, '1Mi'],
    ['limits.cpu', 1.5, '1500m'],
    ['cpu', 0.1 + 0.2, '300m'],
    ['cpu', 2, '2'],
    ['pods', 13, '13'],
  ])('%s %d is written %s', (resource, value, text) => expect(quantityOf(resource, value)).toBe(text));
});
