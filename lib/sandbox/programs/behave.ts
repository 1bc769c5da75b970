import { unitOf } from '#lib/sandbox/random.ts';
import type { Behaviour, Memory, Need } from './behaviour.ts';
import { badVariable, fileError, lastWords, noConnection, type LastWords } from './last-words.ts';
import type { HttpAnswer, Line, Listener, Program, ProgramInput, Recurring, Run } from './program.ts';

const MIB = 2 ** 20;
const SECOND = 1000;
/** How often a program says that something it needs is not there. */
const RETRY_EVERY_MS = 5 * SECOND;
/** How long a program waits that does nothing else. */
const PATIENCE_MS = 60 * SECOND;

/** The program a behaviour describes. */
export function behave(behaviour: Behaviour): Program {
  return (input) => {
    const startupMs = varied(behaviour.startupMs ?? 2 * SECOND, input);
    const greeting = { atMs: 30, text: said(behaviour, 'info', `${nameOf(input)} ${input.tag} starting`) };
    const early = givesUp(behaviour, input);
    if (early) return ended(greeting, early, { afterMs: varied(early.afterMs, input) });
    const patient = waiting(behaviour, input, greeting);
    if (patient) return patient;
    const served = serving(behaviour, input, { startupMs, greeting });
    return mortal(behaviour, input, served);
  };
}

type GivingUp = LastWords & { readonly afterMs: number };

/** What keeps it from starting at all. */
function givesUp(
  { language, requires = [], reads, writes, needs = [] }: Behaviour,
  input: ProgramInput,
): GivingUp | undefined {
  for (const requirement of requires) {
    const value = input.env[requirement.name];
    if (!isGood(requirement.is, value)) return { ...badVariable(language, requirement, value), afterMs: 300 };
  }
  if (reads !== undefined && !(input.isMounted?.(reads) ?? false)) {
    return { ...fileError(language, 'missing', reads), afterMs: 350 };
  }
  if (writes !== undefined && !(input.canWrite?.(writes) ?? true)) {
    return { ...fileError(language, input.isReadOnly ? 'read-only' : 'denied', writes), afterMs: 400 };
  }
  for (const need of needs.filter(({ without }) => without === 'crash')) {
    const problem = problemWith(need, { language, input, atMs: 500 });
    if (problem === undefined) continue;
    const slow = problem.kind === 'times-out' ? 30 * SECOND : 1200;
    const words = lastWords(language, { afterMs: 0, how: 'exception', message: problem.text });
    return {
      code: 1,
      lines: language === 'go' ? [said({ language }, 'fatal', problem.text)] : words.lines,
      afterMs: slow,
    };
  }
  return undefined;
}

/** Somebody else is not there yet: it says so every few seconds, and has had enough after a minute. */
function waiting({ language, needs = [] }: Behaviour, input: ProgramInput, greeting: Line): Run | undefined {
  const need = needs.find(({ without }) => without === 'wait');
  const problem = need && problemWith(need, { language, input, atMs: 500 });
  if (!problem) return undefined;
  const { host, port } = problem;
  const afterMs = varied(PATIENCE_MS, input);
  const gaveUp = said({ language }, 'fatal', `gave up waiting for ${host}:${port} after 1m0s`);
  return {
    listeners: [],
    lines: [greeting, { atMs: afterMs - 1, text: gaveUp }],
    recurring: [
      {
        fromMs: 500,
        everyMs: RETRY_EVERY_MS,
        text: () => said({ language }, 'info', `waiting for ${host}:${port}: ${problem.text}`),
      },
    ],
    exit: { afterMs, code: 1 },
    stop: { afterMs: 100, code: 143 },
    steadyFromMs: 0,
  };
}

function isGood(is: 'set' | 'integer' | 'url', value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  if (is === 'integer') return /^-?\d+$/.test(value);
  return is === 'set' || /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value);
}

function ended(greeting: Line, { lines, code }: LastWords, { afterMs }: { afterMs: number }): Run {
  const last = lines.map((text, index) => ({ atMs: Math.max(31, afterMs - lines.length + index), text }));
  return {
    listeners: [],
    lines: [greeting, ...last],
    exit: { afterMs: afterMs + 20, code },
    steadyFromMs: 0,
  };
}

type Start = { readonly startupMs: number; readonly greeting: Line };

function serving(behaviour: Behaviour, input: ProgramInput, { startupMs, greeting }: Start): Run {
  const { language, port = 8080, listens, needs = [], stops } = behaviour;
  const waits = needs.filter(({ without }) => without === 'unready' || without === 'log');
  const where = listens === 'localhost' ? `127.0.0.1:${port}` : `0.0.0.0:${port}`;
  const ready =
    listens === 'nowhere' ? 'worker started' : `listening on ${where}${listens === 'https' ? ' (TLS)' : ''}`;
  return {
    listeners: listens === 'nowhere' ? [] : [listener(behaviour, input, startupMs)],
    lines: [greeting, { atMs: startupMs, text: said({ language }, 'info', ready) }],
    recurring: [
      ...waits.map((need, index) =>
        complaint(behaviour, input, { need, fromMs: startupMs + 700 + index * 130 }),
      ),
      {
        fromMs: startupMs + 4 * SECOND,
        everyMs: 20 * SECOND,
        text: (turn) =>
          said({ language }, 'info', `handled ${20 + Math.floor(80 * unitOf(input.seed, turn))} requests`),
      },
    ],
    ...(stops === 'never'
      ? {}
      : { stop: { afterMs: 600, code: 0, lines: [said({ language }, 'info', 'shutting down')], ...stops } }),
    steadyFromMs: waits.some(({ without }) => without === 'unready')
      ? Infinity
      : steadyFrom(behaviour, startupMs),
  };
}

/** After the last time an answer changes. */
function steadyFrom({ answers = [] }: Behaviour, startupMs: number): number {
  const changes = answers.flatMap(({ fromMs, untilMs }) => [fromMs ?? 0, untilMs ?? 0]);
  return Math.max(startupMs, ...changes);
}

function listener(behaviour: Behaviour, input: ProgramInput, fromMs: number): Listener {
  const { port = 8080, listens, answers = [], needs = [] } = behaviour;
  const isUp = (atMs: number): boolean =>
    needs.every(
      (need) =>
        need.without !== 'unready' || !problemWith(need, { language: behaviour.language, input, atMs }),
    );
  const http = (path: string, atMs: number): HttpAnswer => {
    const bare = path.split('?')[0] ?? path;
    const own = answers.find(
      (each) => each.path === bare && atMs >= (each.fromMs ?? 0) && atMs < (each.untilMs ?? Infinity),
    );
    if (own) return own.answer;
    if (!HEALTH.test(bare)) return 404;
    return isUp(atMs) ? 200 : 503;
  };
  const base = { port, fromMs, ...(listens === 'localhost' ? { localOnly: true } : {}) };
  if (listens === 'tcp') return base;
  if (listens === 'grpc')
    return { ...base, grpc: (_service, atMs) => (isUp(atMs) ? 'SERVING' : 'NOT_SERVING') };
  return { ...base, ...(listens === 'https' ? { tls: true as const } : {}), http };
}

const HEALTH = /^\/($|health|healthz|livez|readyz|ready|metrics|actuator\/health|api\/)/;

/** The line it writes again and again while it cannot connect. */
function complaint(
  { language }: Behaviour,
  input: ProgramInput,
  { need, fromMs }: { need: Need; fromMs: number },
): Recurring {
  return {
    fromMs,
    everyMs: RETRY_EVERY_MS,
    text: (turn) => {
      const problem = problemWith(need, { language, input, atMs: fromMs + turn * RETRY_EVERY_MS });
      return problem && said({ language }, 'error', problem.text);
    },
  };
}

type Asked = {
  readonly language: Behaviour['language'];
  readonly input: ProgramInput;
  readonly atMs: number;
};

type Problem = {
  readonly text: string;
  readonly kind: string;
  readonly host: string;
  readonly port: number;
};

function problemWith(need: Need, { language, input, atMs }: Asked): Problem | undefined {
  const host = (need.hostEnv === undefined ? undefined : input.env[need.hostEnv]) ?? need.host;
  const port = Number((need.portEnv === undefined ? undefined : input.env[need.portEnv]) ?? need.port);
  const connection = input.connect?.(host, port, atMs) ?? { kind: 'accepted' };
  const text = noConnection(language, { host, port }, connection);
  return text === undefined ? undefined : { text, kind: connection.kind, host, port };
}

/** With the end it comes to, by itself or because memory runs out. */
function mortal(behaviour: Behaviour, input: ProgramInput, run: Run): Run {
  const { language, ends, memory } = behaviour;
  const grown = memory ? remembering(memory, input, run) : run;
  if (!ends || (grown.exit && grown.exit.afterMs < ends.afterMs)) return grown;
  const afterMs = varied(ends.afterMs, input);
  const { lines, code } = lastWords(language, ends);
  const last = lines.map((text, index) => ({ atMs: afterMs - lines.length + index, text }));
  return { ...grown, lines: [...grown.lines, ...last], exit: { afterMs, code } };
}

function remembering(memory: Memory, { memoryLimitBytes, seed, instance }: ProgramInput, run: Run): Run {
  const { startMiB, growMiBPerSecond, nodeMiB, of = 'process' } = memory;
  const capMiB = memoryLimitBytes === undefined ? nodeMiB : memoryLimitBytes / MIB;
  const heap: Recurring = {
    fromMs: 5 * SECOND,
    everyMs: 15 * SECOND,
    text: (turn) => {
      const atSeconds = 5 + turn * 15;
      return `cache size=${(turn + 1) * 1200} rss=${Math.round(startMiB + growMiBPerSecond * atSeconds)}MiB`;
    },
  };
  const growing = of === 'replaced-worker' ? run : { ...run, recurring: [...(run.recurring ?? []), heap] };
  if (capMiB === undefined) return growing;
  const fullMs = Math.max(200, Math.floor(((capMiB - startMiB) / growMiBPerSecond) * SECOND));
  const afterMs = Math.max(150, Math.floor(fullMs * (0.97 + 0.06 * unitOf(seed, instance, 'oom'))));
  if (of === 'replaced-worker') {
    const killed: Recurring = {
      fromMs: afterMs,
      everyMs: Math.max(afterMs, SECOND),
      text: (turn) => `[master] worker ${24 + turn} was killed by signal 9, starting another`,
    };
    return { ...growing, recurring: [...(growing.recurring ?? []), killed] };
  }
  if (of === 'worker') {
    const text = '[master] worker 24 was killed by signal 9, giving up';
    const lines = [...growing.lines, { atMs: afterMs, text }];
    return { ...growing, lines, exit: { afterMs: afterMs + 40, code: 1, reason: 'OOMKilled' } };
  }
  const byNode = memoryLimitBytes === undefined;
  return {
    ...growing,
    exit: { afterMs, code: 137, reason: 'OOMKilled' },
    ...(byNode ? { systemOom: { afterMs, process: 'server' } } : {}),
  };
}

const nameOf = ({ image }: ProgramInput): string => image.split('/').at(-1)?.split(':')[0] ?? 'service';

/** Runs differ by a few per cent. */
const varied = (ms: number, { seed, instance }: ProgramInput): number =>
  Math.max(50, Math.floor(ms * (0.96 + 0.08 * unitOf(seed, instance, 'varied', ms))));

/** A log line in the manner of the language's usual library. */
function said(
  { language }: Pick<Behaviour, 'language'>,
  level: 'info' | 'error' | 'fatal',
  text: string,
): string {
  switch (language) {
    case 'go':
      return `level=${level} msg=${JSON.stringify(text)}`;
    case 'node':
      return JSON.stringify({ level: level === 'info' ? 30 : 50, msg: text });
    case 'python':
      return `${level.toUpperCase()}:     ${text}`;
    case 'java':
      return `${level.toUpperCase().padEnd(5)} 1 --- [main] com.acme.server.Application : ${text}`;
  }
}
