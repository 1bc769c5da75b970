const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** The lowest 16 bits first. */
const FNV_OFFSET: readonly [number, number, number, number] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
const encoder = new TextEncoder();

/** 13 characters that follow from these words and nothing else: the same in every process and after every restart. */
export const stableId = (words: readonly string[]): string => base32(mix(fnv1a(JSON.stringify(words))));

/**
 * FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ (64 bits: a clash among 1e6 incidents is 1 in 4e7). In four parts of
 * 16 bits, because ids are asked for with every look at an owner: with a BigInt per byte they were a fifth of all judging.
 */
function fnv1a(text: string): bigint {
  let [a, b, c, d] = FNV_OFFSET;
  for (const byte of encoder.encode(text)) {
    a ^= byte;
    // Times 2^40 + 0x1b3, the lowest part first; what leaves the highest is lost.
    const d2 = d * 0x1b3 + (b << 8);
    const c2 = c * 0x1b3 + (a << 8);
    const b2 = b * 0x1b3;
    const a2 = a * 0x1b3;
    const carryB = b2 + (a2 >>> 16);
    const carryC = c2 + (carryB >>> 16);
    const carryD = d2 + (carryC >>> 16);
    a = a2 & 0xffff;
    b = carryB & 0xffff;
    c = carryC & 0xffff;
    d = carryD & 0xffff;
  }
  return (BigInt(d * 0x10000 + c) << 32n) | BigInt(b * 0x10000 + a);
}

/** FNV leaves the last bytes visible in the low bits; one xor-shift-multiply spreads them (murmur3's finaliser). */
function mix(hash: bigint): bigint {
  const spread = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn);
  return spread ^ (spread >> 33n);
}

/** Crockford's alphabet: no letter can be taken for a digit when a link is read aloud. */
function base32(value: bigint): string {
  // 30 bits and 34: what a number shifts is 32 bits.
  const low = Number(value & 0x3fffffffn);
  let text = '';
  for (let rest = Number(value >> 30n), digit = 0; digit < 7; digit++) {
    text = (ALPHABET[rest % 32] ?? '') + text;
    rest = Math.floor(rest / 32);
  }
  for (let shift = 25; shift >= 0; shift -= 5) text += ALPHABET[(low >>> shift) & 31];
  return text;
}
