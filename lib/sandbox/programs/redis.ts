import type { Program, Run } from './program.ts';

const ENTRYPOINT = '/usr/local/bin/docker-entrypoint.sh';
const DIRECTIVES = new Set([
  'port',
  'bind',
  'save',
  'loglevel',
  'appendonly',
  'maxmemory',
  'maxmemory-policy',
  'dir',
  'dbfilename',
  'requirepass',
  'protected-mode',
  'databases',
  'timeout',
  'tcp-keepalive',
  'appendfsync',
  'io-threads',
]);
const STEADY = { listeners: [], lines: [], steadyFromMs: 0 } as const;

/**
 * The official image: its entrypoint puts `redis-server` in front only when the first argument starts with `-` or
 * ends in `.conf` (docker-library/redis, docker-entrypoint.sh); anything else is executed as it stands.
 */
export const redis: Program = ({ args: argv }) => {
  const given = argv[0] === 'docker-entrypoint.sh' ? argv.slice(1) : argv;
  const [first = 'redis-server'] = given;
  const isOption = first.startsWith('-') || first.endsWith('.conf');
  if (!isOption && first !== 'redis-server') return notFound(first);
  return server(isOption ? given : given.slice(1));
};

function notFound(word: string): Run {
  return {
    ...STEADY,
    exit: { afterMs: 40, code: 127 },
    lines: [{ atMs: 30, text: `${ENTRYPOINT}: 27: exec: ${word}: not found` }],
  };
}

function server(options: readonly string[]): Run {
  const parsed = parse(options);
  if ('error' in parsed) return refused(parsed);
  const port = Number(parsed.settings.get('port')?.[0] ?? '6379');
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    return refused({
      line: `port "${parsed.settings.get('port')?.[0] ?? ''}"`,
      error: 'argument must be an integer',
    });
  }
  const isQuiet = parsed.settings.get('loglevel')?.[0] === 'warning';
  const greeting = [
    '1:C * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
    '1:C * Redis version=7.4.2, bits=64, commit=00000000, modified=0, pid=1, just started',
    '1:C * Configuration loaded',
    '1:M * Running mode=standalone, port=' + String(port) + '.',
    '1:M * Server initialized',
    '1:M * Ready to accept connections tcp',
  ];
  const warning =
    '1:M # WARNING Memory overcommit must be enabled! Without it, a background save may fail under low memory condition.';
  const said = isQuiet ? [warning] : greeting;
  return {
    listeners: [{ port, fromMs: 180 }],
    lines: said.map((text, index) => ({ atMs: 60 + index * 20, text })),
    recurring: isQuiet
      ? []
      : [
          {
            fromMs: 60_000,
            everyMs: 60_000,
            text: (turn) => `1:M * 1 changes in 60 seconds. Saving... (${turn + 1})`,
          },
        ],
    stop: {
      afterMs: 300,
      code: 0,
      lines: [
        '1:signal-handler Received SIGTERM scheduling shutdown...',
        '1:M # Redis is now ready to exit, bye bye...',
      ],
    },
    exec: ([command, ...words], atMs) => {
      if (command !== 'redis-cli') return undefined;
      const refused = 'Could not connect to Redis at 127.0.0.1:6379: Connection refused\n';
      if (atMs < 180) return { code: 1, output: refused };
      return { code: 0, output: words.includes('ping') || words.includes('PING') ? 'PONG\n' : 'OK\n' };
    },
    steadyFromMs: 180,
  };
}

type Parsed =
  | { readonly settings: ReadonlyMap<string, readonly string[]> }
  | { readonly line: string; readonly error: string };

/** `--name value value --name ...`, as redis-server reads its command line. */
function parse(options: readonly string[]): Parsed {
  const settings = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const option of options) {
    if (!option.startsWith('--')) {
      current?.push(option);
      continue;
    }
    const name = option.slice(2);
    if (!DIRECTIVES.has(name)) return { line: name, error: 'Bad directive or wrong number of arguments' };
    current = [];
    settings.set(name, current);
  }
  return { settings };
}

function refused({ line, error }: { line: string; error: string }): Run {
  const text = [
    '*** FATAL CONFIG FILE ERROR (Redis 7.4.2) ***',
    'Reading the configuration file, at line 2',
    `>>> '${line}'`,
    error,
  ];
  return {
    ...STEADY,
    exit: { afterMs: 60, code: 1 },
    lines: text.map((each, index) => ({ atMs: 40 + index, text: each })),
  };
}
