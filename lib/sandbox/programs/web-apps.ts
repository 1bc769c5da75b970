import { quantity } from '#lib/sandbox/quantity.ts';
import { unitOf } from '#lib/sandbox/random.ts';
import { httpServer } from './http-server.ts';
import type { Line, Program, Run } from './program.ts';

const SECOND = 1000;
const MIB = 2 ** 20;

const order = (random: number) => 10_000 + Math.floor(random * 89_999);
const latency = (random: number) => 3 + Math.floor(random * 60);

/** The lab's web application: Python, counts page views in Redis. */
export const labWeb: Program = (input) => {
  const { env, tag } = input;
  const port = env.REDIS_PORT ?? '6379';
  if (!/^\d+$/.test(port)) return badRedisPort(port);
  return httpServer({
    port: 8080,
    startupMs: 1800,
    boot: () => [
      'INFO:     Started server process [1]',
      'INFO:     Waiting for application startup.',
      `INFO:     lab30-web ${tag} using redis at ${env.REDIS_HOST ?? 'lab30-redis'}:${port}`,
    ],
    ready: (listening) => `INFO:     Uvicorn running on http://0.0.0.0:${listening} (Press CTRL+C to quit)`,
    chatter: [
      (random) => `INFO:     10.244.0.1:${30000 + Math.floor(random * 9999)} - "GET /health HTTP/1.1" 200 OK`,
      () => 'INFO:     10.244.0.1:0 - "GET /metrics HTTP/1.1" 200 OK',
    ],
    stop: {
      afterMs: 400,
      code: 0,
      lines: ['INFO:     Shutting down', 'INFO:     Finished server process [1]'],
    },
  })(input);
};

function badRedisPort(port: string): Run {
  const text = [
    'Traceback (most recent call last):',
    '  File "/app/main.py", line 14, in <module>',
    '    REDIS_PORT = int(os.environ.get("REDIS_PORT", "6379"))',
    '                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    `ValueError: invalid literal for int() with base 10: '${port}'`,
  ];
  return {
    listeners: [],
    lines: text.map((each, index) => ({ atMs: 420 + index, text: each })),
    exit: { afterMs: 460, code: 1 },
    steadyFromMs: 0,
  };
}

const checkoutServer = httpServer({
  port: 8080,
  startupMs: 2500,
  boot: ({ tag }) => [`[checkout] starting version ${tag}`, '[checkout] connected to payments-api:8080'],
  ready: (port) => `[checkout] listening on 0.0.0.0:${port}`,
  chatter: [
    (random) => `[checkout] order ${order(random)} accepted in ${latency(random)} ms`,
    (random) => `[checkout] cart ${order(random)} priced in ${latency(random)} ms`,
  ],
  chatterEveryMs: 4000,
});

/** Release 2.4.0 dies on the first order with a discount and no customer group, about 90 s after it started. */
export const checkout: Program = (input) => {
  const run = checkoutServer(input);
  if (input.tag !== '2.4.0') return run;
  const afterMs = Math.floor((88 + 4 * unitOf(input.seed, input.instance, 'bug')) * SECOND);
  const text = [
    `[checkout] order ${order(unitOf(input.seed, input.instance))} uses discount code WINTER26`,
    'Traceback (most recent call last):',
    '  File "/app/checkout/api.py", line 88, in create_order',
    '    total = pricing.total(cart, customer)',
    '  File "/app/checkout/pricing.py", line 41, in total',
    '    rate = DISCOUNTS[customer.group][cart.code]',
    'KeyError: None',
    '[checkout] unhandled exception in worker, exiting',
  ];
  const trace: readonly Line[] = text.map((each, index) => ({ atMs: afterMs - 20 + index, text: each }));
  return { ...run, lines: [...run.lines, ...trace], exit: { afterMs, code: 1 } };
};

/** Release 1.9.0 keeps every report in memory: the heap grows 3 MiB a second until the limit is met. */
export const reportBuilder: Program = (input) => {
  const base = httpServer({
    port: 8080,
    startupMs: 3000,
    boot: ({ tag }) => [`report-builder ${tag}`, 'loading templates'],
    ready: (port) => `HTTP server listening on :${port}`,
    chatter: [(random) => `built report ${order(random)} rows=${Math.floor(random * 90_000)}`],
  })(input);
  if (input.tag !== '1.9.0') return base;
  const limit = input.memoryLimitBytes;
  const heapAt = (ms: number) => 96 * MIB + (ms / SECOND) * 3 * MIB;
  const everyMs = 10 * SECOND;
  const heap = {
    fromMs: 5 * SECOND,
    everyMs,
    text: (turn: number) =>
      `cache: reports=${(turn + 1) * 120} heap=${Math.round(heapAt(5 * SECOND + turn * everyMs) / MIB)}MiB`,
  };
  const run: Run = {
    ...base,
    recurring: [...(base.recurring ?? []), heap],
    usage: (ms) => ({ memoryBytes: Math.min(heapAt(ms), limit ?? Infinity) }),
  };
  if (limit === undefined) return run;
  const afterMs = Math.max(200, Math.floor(((limit - 96 * MIB) / (3 * MIB)) * SECOND));
  return { ...run, exit: { afterMs, code: 137, reason: 'OOMKilled' } };
};

/** The search service loads its index before it listens: 5.3.0 brought a larger one. */
export const search: Program = (input) => {
  const startupMs = input.tag === '5.3.0' ? 58 * SECOND : 6 * SECOND;
  const steps = [5, 18, 31, 44, 57, 70, 83, 96];
  return httpServer({
    port: 9200,
    startupMs,
    boot: ({ tag }) => [
      `INFO  search ${tag} starting, loading index from disk`,
      ...steps.map((percent) => `INFO  loading index: ${percent} %`),
    ],
    ready: (port) => `INFO  index loaded, listening on :${port}`,
    chatter: [(random) => `INFO  query took=${latency(random)}ms hits=${Math.floor(random * 900)}`],
    stop: { afterMs: 900, code: 143, lines: ['WARN  received SIGTERM while busy, stopping'] },
  })(input);
};

/** An ordinary service written in-house; `PORT` moves it. */
export const service: Program = (input) => {
  const name = input.image.split('/').at(-1)?.split(':')[0] ?? 'service';
  const configured = Number(input.env.PORT ?? '8080');
  const memory = quantity(input.env.CACHE_SIZE) > 0 ? ` cache=${input.env.CACHE_SIZE}` : '';
  return httpServer({
    port: Number.isInteger(configured) && configured > 0 ? configured : 8080,
    startupMs: 2200,
    boot: ({ tag }) => [`{"level":"info","msg":"${name} ${tag} starting${memory}"}`],
    ready: (port) => `{"level":"info","msg":"listening on :${port}"}`,
    chatter: [
      (random) =>
        `{"level":"info","msg":"request","status":200,"ms":${latency(random)},"id":"${order(random)}"}`,
    ],
  })(input);
};
