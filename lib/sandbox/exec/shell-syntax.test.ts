import { describe, expect, it } from 'vitest';
import { expandedWord, parseScript, ShellSyntaxError } from './shell-syntax.ts';

const VALUES: Readonly<Record<string, string>> = { NAME: 'web', LIST: 'a b', '?': '7' };

/** Each step as its operator and the words of its commands. */
const read = (script: string) =>
  parseScript(script).map(({ after, pipeline }) => [
    after,
    ...pipeline.map(({ words }) => words.flatMap((word) => expandedWord(word, (name) => VALUES[name] ?? ''))),
  ]);

describe('a script', () => {
  it.each<[string, unknown]>([
    ['ls -l /', [[';', ['ls', '-l', '/']]]],
    [
      'a && b || c; d',
      [
        [';', ['a']],
        ['&&', ['b']],
        ['||', ['c']],
        [';', ['d']],
      ],
    ],
    ['env | grep X | wc -l', [[';', ['env'], ['grep', 'X'], ['wc', '-l']]]],
    [`echo 'a  $NAME' "b $NAME" c\\ d`, [[';', ['echo', 'a  $NAME', 'b web', 'c d']]]],
    ['echo ${NAME}-1 $? $NOPE "$NOPE"', [[';', ['echo', 'web-1', '7', '']]]],
    ['echo $LIST "$LIST"', [[';', ['echo', 'a', 'b', 'a b']]]],
    [
      'one\ntwo # not this',
      [
        [';', ['one']],
        [';', ['two']],
      ],
    ],
    ['', []],
  ])('%s', (script, expected) => {
    expect(read(script)).toEqual(expected);
  });

  it('sends output elsewhere', () => {
    const [step] = parseScript('ls /nope 2>&1 >/tmp/out 2>>/dev/null');
    expect(step?.pipeline[0]?.redirections).toMatchObject([
      { fd: 2, to: 'stdout' },
      { fd: 1, append: false },
      { fd: 2, append: true },
    ]);
  });

  it.each(['echo "open', '&& a', 'echo >'])('%s is a mistake', (script) => {
    expect(() => parseScript(script)).toThrow(ShellSyntaxError);
  });
});
