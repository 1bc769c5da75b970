import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionIn } from './exception-in-log.ts';
import { heapFlag } from './heap-flag.ts';
import { lastLine, searchLog } from './log-search.ts';

const log = (...lines: string[]) => ({ lines: lines.map((text) => ({ text })) });

describe('searchLog', () => {
  it('finds the last match and ignores colour codes', () => {
    const hit = searchLog(log('error: one', '\u001b[31merror:\u001b[0m two', 'bye'), /^error: (\w+)/);
    expect([hit?.match[1], hit?.index]).toEqual(['two', 1]);
  });

  it('finds what looking at every line would find, whichever patterns came before', () => {
    const patterns = [
      /address (?:already )?in use|EADDRINUSE/i,
      /^panic: (.*)$/,
      /(\d+)\/(\d+)/,
      /KeyError: '(\w+)'/,
    ];
    const line = fc.array(
      fc.constantFrom(
        'address in use ',
        'eaddrinuse',
        'panic: ',
        '1/2',
        "KeyError: 'A'",
        'ok ',
        'İ',
        '\u001b[31m',
      ),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom(...patterns), (parts, pattern) => {
        const given = log(...parts.map((words) => words.join('')));
        const plain = given.lines.map(({ text }) => text.replaceAll('\u001b[31m', ''));
        expect(searchLog(given, pattern)?.index ?? -1).toBe(
          plain.findLastIndex((text) => pattern.test(text)),
        );
        expect(searchLog(given, pattern)?.index ?? -1).toBe(
          plain.findLastIndex((text) => pattern.test(text)),
        );
      }),
    );
  });

  it('skips blank lines for the last words', () => {
    expect(lastLine(log('last words', '', '  '))?.text).toBe('last words');
    expect(lastLine(log())).toBeUndefined();
  });
});

describe('exceptionIn', () => {
  it('is silent about an exception that was only logged', () => {
    expect(exceptionIn(log('WARN retrying after ConnectionError: refused', 'ready'))).toBeUndefined();
  });

  it('takes the last exception of a chained traceback', () => {
    const lines = [
      'Traceback (most recent call last):',
      'KeyError: 1',
      'Traceback (most recent call last):',
      'app.errors.StartupError: no config',
    ];
    expect(exceptionIn(log(...lines))).toMatchObject({
      runtime: 'Python',
      name: 'StartupError',
      text: 'app.errors.StartupError: no config',
    });
  });
});

describe('heapFlag', () => {
  it.each([
    [['java', '-Xmx768m', '-jar', 'app.jar'], 768 * 2 ** 20],
    [['node', '--max-old-space-size=4096', 'x.js'], 4096 * 2 ** 20],
    [['java', '-Xmx2g'], 2 * 2 ** 30],
    [['java', '-Xms512m'], undefined],
  ])('of %j is %s', (command, bytes) => expect(heapFlag({ command })?.bytes).toBe(bytes));
});
