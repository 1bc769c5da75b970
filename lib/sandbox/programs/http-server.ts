import { seededRandom, unitOf } from '#lib/sandbox/random.ts';
import type { HttpAnswer, Line, Program, ProgramInput, Run } from './program.ts';

type Options = {
  readonly port: number;
  /** From the start until it listens. */
  readonly startupMs: number;
  readonly boot: (input: ProgramInput) => readonly string[];
  readonly ready: (port: number) => string;
  /** One line of regular work, every few seconds. */
  readonly chatter: readonly ((random: number) => string)[];
  readonly chatterEveryMs?: number;
  readonly paths?: Readonly<Record<string, HttpAnswer>>;
  /** SIGTERM: exit code and how long the shutdown takes. */
  readonly stop?: { readonly afterMs: number; readonly code: number; readonly lines?: readonly string[] };
};

const HEALTH_PATHS = [
  '/',
  '/health',
  '/healthz',
  '/livez',
  '/readyz',
  '/ready',
  '/-/healthy',
  '/-/ready',
  '/metrics',
];

/** A server that boots, listens, works until it is stopped. Startup varies by a tenth between instances. */
export function httpServer(options: Options): Program {
  return (input) => {
    const readyMs = startupOf(options, input);
    const boot = options.boot(input);
    const lines: Line[] = boot.map((text, index) => ({
      atMs: Math.floor(((index + 1) * readyMs) / (boot.length + 1)),
      text,
    }));
    const everyMs = options.chatterEveryMs ?? 9000;
    return {
      listeners: [{ port: options.port, fromMs: readyMs, http: (path) => answer(path, options.paths ?? {}) }],
      lines: [...lines, { atMs: readyMs, text: options.ready(options.port) }],
      recurring: options.chatter.map((text, index) => ({
        fromMs: readyMs + 1500 + index * 2300,
        everyMs: everyMs * (index + 1),
        text: (turn) => text(unitOf(input.seed, index, turn)),
      })),
      stop: options.stop ?? { afterMs: 600, code: 0, lines: ['Received SIGTERM, shutting down'] },
      steadyFromMs: readyMs,
    } satisfies Run;
  };
}

function startupOf({ startupMs }: Options, { seed, instance }: ProgramInput): number {
  const factor = 0.9 + 0.2 * seededRandom(`${seed}/${instance}/startup`).unit();
  return Math.max(50, Math.floor(startupMs * factor));
}

function answer(path: string, paths: Readonly<Record<string, HttpAnswer>>): HttpAnswer {
  const bare = path.split('?')[0] ?? path;
  return paths[bare] ?? (HEALTH_PATHS.includes(bare) || bare.startsWith('/api/') ? 200 : 404);
}
