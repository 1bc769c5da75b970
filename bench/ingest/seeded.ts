/** Names as Kubernetes makes them: without vowels and look-alikes (apimachinery pkg/util/rand). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export type Seeded = {
  /** A whole number in [0, limit). */
  below(limit: number): number;
  letters(count: number): string;
  hex(count: number): string;
};

/** The same numbers in every run (xorshift32). */
export function seeded(seed: number): Seeded {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const text = (alphabet: string, count: number) =>
    Array.from({ length: count }, () => alphabet[below(alphabet.length)]).join('');
  return {
    below,
    letters: (count) => text(LETTERS, count),
    hex: (count) => text('0123456789abcdef', count),
  };
}
