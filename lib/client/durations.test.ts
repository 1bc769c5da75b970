import { describe, expect, it } from 'vitest';
import { countdown, goDuration, kubectlAge, shortAge } from './durations.ts';

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('countdown', () => {
  it.each([
    [243 * S, '4:03'],
    [9_001, '0:10'],
    [1, '0:01'],
    [0, '0:00'],
    [-5 * S, '0:00'],
    [H + 2 * M + 7 * S, '1:02:07'],
  ])('%d ms read %s', (ms, text) => expect(countdown(ms)).toBe(text));
});

describe('kubectlAge', () => {
  // Cases of HumanDuration in k8s.io/apimachinery/pkg/util/duration.
  it.each([
    [-2 * S, '<invalid>'],
    [-1 * S, '0s'],
    [0, '0s'],
    [119 * S, '119s'],
    [120 * S, '2m'],
    [121 * S, '2m1s'],
    [10 * M - S, '9m59s'],
    [10 * M + 59 * S, '10m'],
    [179 * M, '179m'],
    [3 * H, '3h'],
    [3 * H + M, '3h1m'],
    [8 * H + 30 * M, '8h'],
    [47 * H, '47h'],
    [2 * D, '2d'],
    [2 * D + H, '2d1h'],
    [8 * D + 5 * H, '8d'],
    [729 * D, '729d'],
    [2 * 365 * D, '2y'],
    [2 * 365 * D + D, '2y1d'],
    [8 * 365 * D + 40 * D, '8y'],
  ])('%d ms read %s', (ms, text) => expect(kubectlAge(ms)).toBe(text));
});

it.each([
  [10 * S, '10s'],
  [160 * S, '2m40s'],
  [300 * S, '5m0s'],
])('a back-off of %d ms reads %s, as the kubelet prints it', (ms, text) => expect(goDuration(ms)).toBe(text));

it.each([
  [40 * S, '40 s'],
  [12 * M, '12 min'],
  [68 * M, '1h 08m'],
  [2 * D + 4 * H, '2d 4h'],
])('an age of %d ms reads %s', (ms, text) => expect(shortAge(ms)).toBe(text));
