import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedWords } from './ordered-words.ts';

describe('orderedWords', () => {
  it('says what most pods say first', () => {
    expect(orderedWords(['Error', 'CrashLoopBackOff', 'Running', 'Running'])).toBe(
      'Running, CrashLoopBackOff, Error',
    );
  });

  it('says nothing of nothing', () => {
    expect(orderedWords([])).toBe('');
  });

  it('does not depend on the order of the pods', () => {
    const words = fc.array(fc.constantFrom('Running', 'Error', 'CrashLoopBackOff', 'OOMKilled'));
    fc.assert(fc.property(words, (given) => orderedWords(given.toReversed()) === orderedWords(given)));
  });
});
