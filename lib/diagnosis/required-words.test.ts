import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredWords } from './required-words.ts';

describe('requiredWords', () => {
  it.each<[RegExp, readonly string[] | undefined]>([
    [/exec format error/i, ['exec format error']],
    [/address (?:already )?in use|EADDRINUSE/i, ['address ', 'eaddrinuse']],
    [/^panic: (.*)$/, ['panic: ']],
    [/(?:connect|refused)[^\n]{0,40}/, ['connect', 'refused']],
    [/colou?rs of/, ['rs of']],
    [/ab+cdef/, ['cdef']],
    [/(?!not)this\b one/, ['this one']],
    [/\[ERROR\] x\.y/, ['[error] x.y']],
    [/(\d+)\/(\d+)/, undefined],
    [/a|definitely/, undefined],
    [/(?:maybe)?\w+/, undefined],
    [/(?:twice){0,2}x/, undefined],
    [/[abc]{3}/, undefined],
  ])('%s', (pattern, words) => expect(requiredWords(pattern)).toEqual(words));

  /** Shapes the rules use. */
  const SHAPES = [
    /(?:open|stat|read(?:ing)?)[ :]{1,3}(\/[a-z]{1,9}): no such file or directory/,
    /lookup [a-z.]{1,9} on [0-9.]{1,9}:53: (?:read udp [0-9:]{1,9}: )?(?:i\/o timeout|connection refused)/,
    /is forbidden: User \\{0,3}"(system:serviceaccount:[a-z:]{1,9})\\{0,3}"/,
    /(?:invalid|bad) (?:value )?(?:for|of) (?:the )?env(?: ?var(?:iable)?)?:? [A-Z]{2,5}/,
    /^(?:node:internal\/|Node\.js v\d|[a-z]{1,3}\(node:internal)/,
    /plugin\/loop: (?:Loop \([a-z]{0,9}\) detected|Seen "HINFO IN [a-z]{0,9}" more than (?:once|twice))/,
    /bind\(\) to [a-z]{1,9}:\d{1,3} failed \(13|cannot bind socket/,
    /x?y*z{2}tcp:\/\/\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}/,
  ];
  it.each(SHAPES)('no text that matches %s is without its words', (shape) => {
    const words = requiredWords(shape);
    expect(words).toBeDefined();
    fc.assert(
      fc.property(fc.stringMatching(shape), (text) => {
        expect(words?.some((word) => text.toLowerCase().includes(word))).toBe(true);
      }),
    );
  });
});
