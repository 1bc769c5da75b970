import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordIndex } from './word-index.ts';

const letters = fc.string({ unit: fc.constantFrom(...'abcdeABCDE: /1é😀'), maxLength: 60 });
const words = fc.array(fc.string({ unit: fc.constantFrom(...'abcde: 1'), minLength: 3, maxLength: 8 }), {
  minLength: 1,
  maxLength: 6,
});

describe('WordIndex', () => {
  it('finds exactly the texts that hold a word, whatever their case', () => {
    fc.assert(
      fc.property(words, letters, (given, text) => {
        const index = new WordIndex();
        const known = given.filter((word) => index.add(word));
        expect(index.isIn(text)).toBe(known.some((word) => text.toLowerCase().includes(word)));
      }),
    );
  });

  it('does not take words without three letters in a row', () => {
    const index = new WordIndex();
    expect(index.add('a: 1 b')).toBe(false);
    expect(index.size).toBe(0);
  });

  it('a word that is added later counts from then on', () => {
    const index = new WordIndex();
    expect(index.isIn('Killed: panic')).toBe(false);
    index.add('panic');
    index.add('panic');
    expect(index.size).toBe(1);
    expect(index.isIn('Killed: PANIC')).toBe(true);
  });
});
