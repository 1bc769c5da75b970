const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_BASE = 63 - SUFFIX_LENGTH;

/** A name for `metadata.generateName`, from the alphabet of apimachinery/pkg/util/rand. */
export function generatedName(base: string, random: () => number): string {
  let name = base.slice(0, MAX_BASE);
  for (let n = 0; n < SUFFIX_LENGTH; n += 1) name += ALPHABET[Math.floor(random() * ALPHABET.length)] ?? 'x';
  return name;
}

/** A version 4 UUID from the seeded generator. */
export function newUid(random: () => number): string {
  let hex = '';
  for (let n = 0; n < 32; n += 1) {
    const digit = Math.floor(random() * 16);
    hex += (n === 12 ? 4 : n === 16 ? (digit & 3) | 8 : digit).toString(16);
  }
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
