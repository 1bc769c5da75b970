import { describe, expect, it } from 'vitest';
import { kubeletMinor, wakesAtExpiry } from './kubelet-minor.ts';

describe('kubeletMinor', () => {
  it.each([
    ['v1.35.7', 35],
    ['v1.32.10-eks-5678', 32],
    ['1.31.0+k3s1', 31],
    ['v1.9', 9],
  ])('of %s is %d', (version, minor) => expect(kubeletMinor(version)).toBe(minor));

  it.each([undefined, '', 'latest', 'v2.1.0'])('of %s is not known', (version) =>
    expect(kubeletMinor(version)).toBeUndefined(),
  );
});

describe('wakesAtExpiry', () => {
  it('begins after 1.32', () => {
    expect(wakesAtExpiry('v1.32.99')).toBe(false);
    expect(wakesAtExpiry('v1.33.0')).toBe(true);
  });

  it('is assumed when nothing is known, because it gives the wider window', () => {
    expect(wakesAtExpiry(undefined)).toBe(true);
  });
});
