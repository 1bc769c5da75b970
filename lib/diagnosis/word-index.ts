/**
 * Finds lines that hold one of many words, in one pass over the characters. Three letters in a row are looked up in a table
 * of 32 Ki entries; only where they belong to a word the line is searched for it. Marks and digits count as no letter, case
 * does not matter.
 */
export class WordIndex {
  readonly #words = new Set<string>();
  /** Words by the three letters they were filed under. */
  readonly #filed = new Map<number, string[]>();
  readonly #table = new Uint8Array(1 << (3 * LETTER_BITS));

  /** Grows with every new word: what was said of a line before may no longer hold. */
  get size(): number {
    return this.#words.size;
  }

  /** False for a word without three letters in a row: it cannot be looked for. */
  add(word: string): boolean {
    if (this.#words.has(word)) return true;
    const gram = rarestGram(word);
    if (gram === undefined) return false;
    this.#words.add(word);
    this.#filed.set(gram, [...(this.#filed.get(gram) ?? []), word]);
    this.#table[gram] = 1;
    return true;
  }

  isIn(text: string): boolean {
    let gram = 0;
    let lower: string | undefined;
    for (let index = 0; index < text.length; index++) {
      gram = next(gram, text.charCodeAt(index));
      if (this.#table[gram] !== 1) continue;
      lower ??= text.toLowerCase();
      for (const word of this.#filed.get(gram) ?? []) if (lower.includes(word)) return true;
    }
    return false;
  }
}

const LETTER_BITS = 5;
const GRAM_MASK = (1 << (3 * LETTER_BITS)) - 1;
/** Letters without their case; 0 for everything else. */
const LETTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = (code | 0x20) - 0x60;
  return letter >= 1 && letter <= 26 && code >= 0x41 ? letter : 0;
});

const next = (gram: number, code: number): number =>
  ((gram << LETTER_BITS) | (code < 128 ? (LETTERS[code] ?? 0) : 0)) & GRAM_MASK;

/** From common to rare in English. */
const FREQUENCY = 'etaoinshrdlcumwfgypbvkjxqz';

/** The three letters that occur in the fewest other words. */
function rarestGram(word: string): number | undefined {
  const grams = [...word.matchAll(/(?=([a-z]{3}))/g)].map(([, letters = '']) => letters);
  const rarity = (letters: string) =>
    [...letters].reduce((sum, letter) => sum + FREQUENCY.indexOf(letter), 0);
  const [rarest] = grams.toSorted((a, b) => rarity(b) - rarity(a));
  if (rarest === undefined) return undefined;
  return [...rarest].reduce((gram, letter) => next(gram, letter.charCodeAt(0)), 0);
}
