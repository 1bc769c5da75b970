import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  it.each([
    ['ghcr-pul', ['ghcr-pull', 'db'], 'ghcr-pull'],
    ['VALUE', ['value', 'VALUES'], 'value'],
    ['web-config', ['web-config-7c9d8b5h6t'], 'web-config-7c9d8b5h6t'],
    ['redis', ['rediss', 'postgres'], 'rediss'],
    ['db', ['da', 'web'], 'da'],
    ['db', ['xy'], undefined],
    ['web', ['web'], undefined],
    ['checkout', ['ledger'], undefined],
  ])('%s among %j is %s', (name, candidates, expected) => {
    expect(nearMiss(name, candidates)).toBe(expected);
  });

  it('never answers the name itself, and always one of the candidates', () => {
    const word = fc.stringMatching(/^[a-c-]{0,6}$/);
    fc.assert(
      fc.property(word, fc.array(word), (name, candidates) => {
        const found = nearMiss(name, candidates);
        expect(found === undefined || (found !== name && candidates.includes(found))).toBe(true);
      }),
    );
  });
});

describe('editDistance', () => {
  it('is symmetric, zero for equal words, and counts a swap once', () => {
    const word = fc.stringMatching(/^[a-c]{0,6}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
      }),
    );
    expect(editDistance('nginx', 'ngnix')).toBe(1);
  });
});
