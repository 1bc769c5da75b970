import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stableId } from './stable-id.ts';

/** As it is defined: 64 bits at once. */
function fromBigInts(words: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(words))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  const spread = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn);
  const value = spread ^ (spread >> 33n);
  const digit = (_: unknown, place: number) => Number((value >> BigInt(60 - 5 * place)) & 31n);
  return Array.from({ length: 13 }, digit)
    .map((number) => '0123456789abcdefghjkmnpqrstvwxyz'[number])
    .join('');
}

it('is what 64-bit arithmetic makes of the words, though it is made of smaller parts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
      expect(stableId(words)).toBe(fromBigInts(words));
    }),
  );
});
