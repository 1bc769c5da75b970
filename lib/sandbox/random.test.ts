import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fnv32a, safeEncode, seededRandom, unitOf } from './random.ts';

describe('seeded random', () => {
  it('draws the same for the same seed and other things for another', () => {
    const draw = (seed: string) => Array.from({ length: 5 }, () => seededRandom(seed).suffix(5));
    expect(draw('a')).toEqual(draw('a'));
    expect(seededRandom('a').hex(32)).not.toBe(seededRandom('b').hex(32));
  });

  it('keeps forks apart from what their parent draws', () => {
    const busy = seededRandom('a');
    busy.suffix(50);
    expect(busy.fork('pods').uuid()).toBe(seededRandom('a').fork('pods').uuid());
  });

  it('spells names in the alphabet of Kubernetes', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(seededRandom(seed).suffix(8)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8}$/);
      }),
    );
  });

  it('stays within [0, 1)', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (key, turn) => unitOf(key, turn) >= 0 && unitOf(key, turn) < 1),
    );
  });

  it('hashes as FNV-1a does', () => {
    expect(fnv32a('a')).toBe(0xe40c292c);
    expect(safeEncode(fnv32a('a'))).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
  });
});
