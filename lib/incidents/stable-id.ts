const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 13 characters that follow from these words and nothing else: the same in every process and after every restart. */
export const stableId = (words: readonly string[]): string => base32(mix(fnv1a(JSON.stringify(words))));

/** FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ (64 bits: a clash among 1e6 incidents is 1 in 4e7). */
function fnv1a(text: string): bigint {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return hash;
}

/** FNV leaves the last bytes visible in the low bits; one xor-shift-multiply spreads them (murmur3's finaliser). */
function mix(hash: bigint): bigint {
  const spread = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn);
  return spread ^ (spread >> 33n);
}

/** Crockford's alphabet: no letter can be taken for a digit when a link is read aloud. */
function base32(value: bigint): string {
  return Array.from(
    { length: 13 },
    (_, digit) => ALPHABET[Number((value >> BigInt(60 - 5 * digit)) & 31n)],
  ).join('');
}
