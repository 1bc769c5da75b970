import { describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import { FrameRing } from './frame-ring.ts';

const frame = (seq: number, size = 10): Frame => ({ seq, size, parts: [] });
function aRing(...sizes: number[]) {
  const ring = new FrameRing(30);
  sizes.forEach((size, at) => ring.push(frame(at + 1, size)));
  return ring;
}

describe('the ring of frames', () => {
  it('leads from any place it holds to the newest frame', () => {
    const ring = aRing(10, 10, 10);
    expect(ring.after(0)?.seq).toBe(1);
    expect(ring.after(2)?.seq).toBe(3);
    expect(ring.after(3)).toBeUndefined();
    expect(ring.holds(3)).toBe(true);
  });

  it('lets go of the oldest when it is full', () => {
    const ring = aRing(10, 10, 10, 10);
    expect([0, 1, 4].map((seq) => ring.holds(seq))).toEqual([false, true, true]);
  });

  it('keeps the newest frame although it is larger than the ring: those who are up to date need it', () => {
    const ring = aRing(10, 1_000);
    expect([0, 1, 2].map((seq) => ring.holds(seq))).toEqual([false, true, true]);
    ring.push(frame(3));
    expect(ring.holds(1)).toBe(false);
  });

  it('holds no place it never had', () => {
    expect(aRing(10).holds(7)).toBe(false);
    expect(aRing().holds(-1)).toBe(false);
  });
});
