import { describe, expect, it } from 'vitest';
import { type CliOptions, helpText, parseCommand } from './options.ts';

type Env = Record<string, string>;

function options(argv: string[], env: Env = {}): CliOptions {
  const parsed = parseCommand(argv, env);
  if (parsed.kind !== 'run') throw new Error(`${parsed.kind}: ${JSON.stringify(parsed)}`);
  return parsed.options;
}

function refusal(argv: string[], env: Env = {}): string {
  const parsed = parseCommand(argv, env);
  return parsed.kind === 'error' ? parsed.message : `no error but ${parsed.kind}`;
}

describe('the command line', () => {
  it('without flags listens on loopback, port 4180, and changes are allowed', () => {
    expect(options([])).toEqual({
      sandbox: false,
      scenarios: [],
      kubeconfig: undefined,
      context: undefined,
      namespaces: [],
      port: 4180,
      host: '127.0.0.1',
      allowHosts: [],
      readOnly: false,
      open: false,
      insecureNoAuth: false,
      dev: false,
    });
  });

  it.each<[string, string[], Env, Partial<CliOptions>]>([
    ['takes --flag value', ['--port', '8080'], {}, { port: 8080 }],
    ['takes --flag=value', ['--port=0'], {}, { port: 0 }],
    ['lets the last of two count', ['--port=1', '--port=2'], {}, { port: 2 }],
    ['reads several scenarios', ['--scenario', 'bad-image, oom,'], {}, { scenarios: ['bad-image', 'oom'] }],
    ['takes a scenario as asking for the sandbox', ['--scenario=oom'], {}, { sandbox: true }],
    [
      'accepts a value that begins with a dash when it is inline',
      ['--context=-odd'],
      {},
      { context: '-odd' },
    ],
    ['unwraps a bracketed IPv6 address', ['--host', '[::1]'], {}, { host: '::1' }],
    [
      'reads host names',
      ['--allow-host=a.example,b.example:8443'],
      {},
      { allowHosts: ['a.example', 'b.example:8443'] },
    ],
    ['reads namespaces', ['--namespace', 'shop, pay,shop'], {}, { namespaces: ['shop', 'pay'] }],
    [
      "reads where the team's runbooks are",
      ['--runbooks', 'team', '--runbooks-configmap=platform/uncrash.runbooks'],
      {},
      { runbooks: 'team', runbooksConfigMap: { namespace: 'platform', name: 'uncrash.runbooks' } },
    ],
    ['reads UNCRASH_RUNBOOKS', [], { UNCRASH_RUNBOOKS: '/team' }, { runbooks: '/team' }],
    ['reads UNCRASH_PORT', [], { UNCRASH_PORT: '9000' }, { port: 9000 }],
    ['lets the flag win over the variable', ['--port=1'], { UNCRASH_PORT: '9000' }, { port: 1 }],
    ['reads UNCRASH_READ_ONLY=true', [], { UNCRASH_READ_ONLY: 'true' }, { readOnly: true }],
    ['reads UNCRASH_READ_ONLY=0', [], { UNCRASH_READ_ONLY: '0' }, { readOnly: false }],
    ['passes over empty variables', [], { UNCRASH_CONTEXT: '', UNCRASH_PORT: '' }, { port: 4180 }],
    ['reads UNCRASH_INSECURE_NO_AUTH', [], { UNCRASH_INSECURE_NO_AUTH: '1' }, { insecureNoAuth: true }],
    [
      'lets --kubeconfig replace a sandbox from the environment',
      ['--kubeconfig=/k'],
      { UNCRASH_SANDBOX: '1', UNCRASH_SCENARIO: 'oom' },
      { sandbox: false, scenarios: [], kubeconfig: '/k' },
    ],
    [
      'lets --sandbox replace a cluster from the environment',
      ['--sandbox'],
      { UNCRASH_KUBECONFIG: '/k', UNCRASH_CONTEXT: 'prod' },
      { sandbox: true, kubeconfig: undefined, context: undefined },
    ],
  ])('%s', (_behaviour, argv, env, expected) => {
    expect(options(argv, env)).toMatchObject(expected);
  });

  it.each<[string, string[], Env, string]>([
    ['an unknown flag', ['--sandboxx'], {}, 'unknown flag --sandboxx; see --help'],
    ['an unknown short flag', ['-p', '80'], {}, 'unknown flag -p; see --help'],
    ['a negated flag', ['--no-open'], {}, 'unknown flag --no-open; see --help'],
    ['an argument', ['prod'], {}, 'unexpected argument "prod"; see --help'],
    ['an argument after --', ['--', 'x'], {}, 'unexpected argument "x"; see --help'],
    ['a forgotten value', ['--kubeconfig'], {}, '--kubeconfig needs a value'],
    ['a flag in place of a value', ['--kubeconfig', '--open'], {}, '--kubeconfig needs a value'],
    ['an empty value', ['--context='], {}, '--context needs a value'],
    ['a value for a switch', ['--open=yes'], {}, '--open takes no value'],
    ['a port that is no number', ['--port=http'], {}, '--port must be a number from 0 to 65535, not "http"'],
    ['a port out of range', ['--port=65536'], {}, '--port must be a number from 0 to 65535, not "65536"'],
    ['a negative port', ['--port=-1'], {}, '--port must be a number from 0 to 65535, not "-1"'],
    [
      'sandbox and kubeconfig',
      ['--sandbox', '--kubeconfig=/k'],
      {},
      '--sandbox and --kubeconfig exclude each other',
    ],
    [
      'scenario and context',
      ['--scenario=a', '--context=b'],
      {},
      '--scenario and --context exclude each other',
    ],
    [
      'both from the environment',
      [],
      { UNCRASH_SANDBOX: '1', UNCRASH_CONTEXT: 'b' },
      '--sandbox and --context exclude each other',
    ],
    [
      'a switch variable that is neither',
      [],
      { UNCRASH_OPEN: 'maybe' },
      'UNCRASH_OPEN must be true or false, not "maybe"',
    ],
    [
      'a URL as host name',
      ['--allow-host=http://a'],
      {},
      '--allow-host takes host names like "uncrash.example.org", not "http://a"',
    ],
    // Read as none it would mean all.
    ['a list of no namespaces', ['--namespace=,'], {}, '--namespace needs a value'],
    [
      'what is no namespace',
      ['--namespace=shop,a/b'],
      {},
      '--namespace takes names of namespaces, not "a/b"',
    ],
    [
      'too many namespaces',
      [`--namespace=${Array.from({ length: 21 }, (_, n) => `ns-${n}`).join()}`],
      {},
      '--namespace takes 20 names at most; without it all are watched',
    ],
    ['prototype names', ['--constructor'], {}, 'unknown flag --constructor; see --help'],
  ])('refuses %s in one line', (_case, argv, env, message) => {
    expect(refusal(argv, env)).toBe(message);
  });

  it.each([
    [['--help'], 'help'],
    [['--version'], 'version'],
    [['--version', '--help', '--port=1'], 'help'],
  ])('%j is answered without starting', (argv, kind) => {
    expect(parseCommand(argv, { UNCRASH_PORT: 'broken' }).kind).toBe(kind);
  });

  it('names every documented flag in its help and fits a terminal', () => {
    const help = helpText();
    for (const flag of ['--sandbox', '--scenario <id,..>', '--insecure-no-auth', '--version']) {
      expect(help).toContain(flag);
    }
    expect(help).not.toContain('--dev');
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});
