/** The alphabet Kubernetes uses for generated names: no vowels, no look-alikes (apimachinery/pkg/util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A seeded generator. Forks are independent streams named by a label, so that one more pod in one
 * controller does not change the numbers another one draws.
 */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** Integer in [0, below). */
  below(below: number): number;
  /** `length` characters as in generated pod names. */
  suffix(length: number): string;
  /** Lower-case hex digits. */
  hex(length: number): string;
  /** A version 4 UUID. */
  uuid(): string;
  fork(label: string): Random;
}

/** FNV-1a, 32 bit: the hash Kubernetes uses for template hashes. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A number as Kubernetes spells hashes in names (rand.SafeEncodeString of the decimal digits). */
export function safeEncode(value: number): string {
  return Array.from(String(value), (char) => ALPHABET[char.charCodeAt(0) % ALPHABET.length]).join('');
}

/** A number in [0, 1) that depends on nothing but its arguments: for jitter inside pure functions. */
export function unitOf(...keys: readonly (string | number)[]): number {
  return mulberry(fnv32a(keys.join('\u0000')))();
}

/** Seeds a generator; equal seeds draw equal numbers. */
export function seededRandom(seed: string | number): Random {
  const draw = mulberry(fnv32a(String(seed)));
  const below = (limit: number) => Math.floor(draw() * limit);
  const text = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[below(alphabet.length)]).join('');
  const hex = (length: number) => text('0123456789abcdef', length);
  return {
    unit: draw,
    below,
    suffix: (length) => text(ALPHABET, length),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[below(4)]}${hex(3)}-${hex(12)}`,
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

/** mulberry32: small, fast, good enough for names and jitter; not for secrets. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
