import { describe, expect, it } from 'vitest';
import { UsageError, parseSandboxOptions } from './options.ts';

describe('sandbox options', () => {
  it('start on any port with a fresh cluster unless told otherwise', () => {
    expect(parseSandboxOptions([])).toEqual({ port: 0, seed: 'sandbox' });
    expect(
      parseSandboxOptions([
        '--port',
        '8443',
        '--scenario',
        'oom,app-bug',
        '--state',
        '/s',
        '--seed',
        '7',
        '--kubeconfig',
        '/k',
      ]),
    ).toEqual({ port: 8443, scenarios: ['oom', 'app-bug'], state: '/s', seed: '7', kubeconfig: '/k' });
  });

  it('say that help or the list of scenarios was asked for', () => {
    expect([parseSandboxOptions(['--help']), parseSandboxOptions(['--list'])]).toEqual(['help', 'list']);
  });

  it('take a number of pods', () => {
    expect(parseSandboxOptions(['--pods', '10000'])).toMatchObject({ pods: 10_000 });
  });

  it.each(['many', '0', '99', '20001', '-5', '1e4', ''])('refuse --pods=%s and say what would do', (text) => {
    expect(() => parseSandboxOptions([`--pods=${text}`])).toThrow(
      new UsageError(`--pods must be a number from 100 to 20000, not "${text}"`),
    );
  });

  it('refuse pods and scenarios at once', () => {
    expect(() => parseSandboxOptions(['--pods', '500', '--scenario', 'oom'])).toThrow(
      '--pods and --scenario exclude each other',
    );
  });

  it.each([[['--prot', '1']], [['--port', 'http']], [['--port', '70000']], [['extra']]])(
    'refuse %j in one line',
    (args) => {
      expect(() => parseSandboxOptions(args)).toThrow(UsageError);
      expect(() => parseSandboxOptions(args)).toThrow(/^[^\n]+$/);
    },
  );
});
