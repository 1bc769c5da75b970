import { describe, expect, it } from 'vitest';
import { parseDiagnose } from './diagnose-options.ts';

const run = (...argv: string[]) => parseDiagnose(argv);

describe('uncrash diagnose', () => {
  it('reads files, standard input, logs and the moment', () => {
    expect(
      run(
        '-f',
        'a.json',
        '-f',
        '-',
        '-o',
        'json',
        '--log',
        'shop/web-1/app=x.log',
        '--at',
        '2026-11-21T03:00:00Z',
      ),
    ).toEqual({
      kind: 'run',
      options: {
        files: ['a.json', '-'],
        output: 'json',
        logs: new Map([['shop/web-1/app', 'x.log']]),
        at: Date.parse('2026-11-21T03:00:00Z'),
      },
    });
  });

  it.each([
    [[], 'name what to read'],
    [['-f', '-', '-f', '-'], 'standard input can be read only once'],
    [['-f', 'a', '-o', 'xml'], '-o is text or json, not "xml"'],
    [['-f', 'a', '--log', 'web-1'], '--log is <pod>/<container>=<file>, not "web-1"'],
    [['-f', 'a', '--at', 'noon'], '--at is a time like'],
    [['-f', 'a', '--verbose'], "Unknown option '--verbose'"],
    [['dump.json'], "Unexpected argument 'dump.json'"],
  ])('refuses %j in words', (argv, message) => {
    expect(run(...argv)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(message) as string,
    });
  });

  it('explains itself', () => {
    expect(run('--help')).toEqual({ kind: 'help' });
  });
});
