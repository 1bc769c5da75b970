import { describe, expect, it } from 'vitest';
import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import { linesBetween, type Run } from './program.ts';
import { startProgram } from './start-program.ts';

const pod: Pod = {
  metadata: { name: 'p', namespace: 'demo', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: { containers: [] },
};
const start = (
  container: Partial<ContainerSpec> & { image: string },
  env: Record<string, string> = {},
  instance = 0,
) =>
  startProgram({ name: 'app', ...container }, { env, instance, podUid: 'u', pod, startedAt: 0, seed: 's' });
const logOf = (run: Run, untilMs = 60_000) =>
  linesBetween(run, {
    afterMs: -1,
    untilMs: Math.min(untilMs, run.exit?.afterMs ?? untilMs),
    limit: 1000,
  }).map(({ text }) => text);
const redis = (args?: string[]) => start({ image: 'redis:7-alpine', args });

describe('redis', () => {
  it('executes a first argument that is no option: 9090: not found, exit code 127', () => {
    const run = redis(['9090', '--save', '60', '1', '--loglevel', 'warning']);
    expect(run.exit?.code).toBe(127);
    expect(logOf(run)).toEqual([
      expect.stringMatching(/^\/usr\/local\/bin\/docker-entrypoint.sh: .*exec: 9090: not found$/),
    ]);
  });

  it.each([[undefined], [['redis-server']], [['--save', '60', '1', '--loglevel', 'warning']]])(
    'runs and listens on 6379 with %j',
    (args) => {
      const run = redis(args);
      expect(run.exit).toBeUndefined();
      expect(run.listeners.map(({ port }) => port)).toEqual([6379]);
    },
  );

  it('executes a first argument that is a tool, and so does nginx', () => {
    const words = ['sh', '-c', 'echo one; exit 3'];
    for (const run of [redis(words), start({ image: 'nginx:1.28-alpine', args: words })]) {
      expect([logOf(run), run.exit?.code]).toEqual([['one'], 3]);
    }
  });

  it('listens where --port says', () => {
    expect(redis(['--port', '7000']).listeners[0]?.port).toBe(7000);
  });

  it('refuses a directive it does not know', () => {
    const run = redis(['--no-such-thing', 'x']);
    expect(run.exit?.code).toBe(1);
    expect(logOf(run)[0]).toContain('FATAL CONFIG FILE ERROR');
  });
});

describe('the lab web application', () => {
  const web = (env: Record<string, string>) =>
    start({ image: 'ghcr.io/vlrrbn/lab30-web-metrics:0.2.1' }, env);

  it('answers /health on 8080 once it has started', () => {
    const [listener] = web({ REDIS_PORT: '6379' }).listeners;
    expect(listener).toMatchObject({ port: 8080 });
    expect(listener?.http?.('/health', 10_000)).toBe(200);
    expect(listener?.http?.('/nope', 10_000)).toBe(404);
  });

  it('dies with a traceback when REDIS_PORT is no number', () => {
    const run = web({ REDIS_PORT: 'not-a-number' });
    expect(run.exit?.code).toBe(1);
    expect(logOf(run).at(-1)).toBe("ValueError: invalid literal for int() with base 10: 'not-a-number'");
  });
});

describe('releases that break', () => {
  it('checkout 2.4.0 throws after about 90 seconds, 2.3.1 does not', () => {
    const bad = start({ image: 'ghcr.io/acme/checkout:2.4.0' });
    expect(bad.exit?.code).toBe(1);
    expect(Math.abs((bad.exit?.afterMs ?? 0) - 90_000)).toBeLessThan(3000);
    expect(logOf(bad, Infinity).join('\n')).toContain('Traceback (most recent call last):');
    expect(start({ image: 'ghcr.io/acme/checkout:2.3.1' }).exit).toBeUndefined();
  });

  it('report-builder 1.9.0 is killed when its heap meets the limit, later with a higher one', () => {
    const limited = (memory: string) =>
      start({ image: 'ghcr.io/acme/report-builder:1.9.0', resources: { limits: { memory } } }).exit;
    expect(limited('256Mi')).toMatchObject({ code: 137, reason: 'OOMKilled' });
    expect(limited('1Gi')?.afterMs).toBeGreaterThan(limited('256Mi')?.afterMs ?? Infinity);
    expect(start({ image: 'ghcr.io/acme/report-builder:1.9.0' }).exit).toBeUndefined();
  });
});

describe('commands', () => {
  it('cannot be started when the image has no such file', () => {
    expect(start({ image: 'redis:7-alpine', command: ['nope'] }).startError).toContain(
      'exec: "nope": executable file not found in $PATH',
    );
    expect(start({ image: 'redis:7-alpine', command: ['/app/x'] }).startError).toContain(
      'exec: "/app/x": stat /app/x: no such file or directory',
    );
  });

  it('include a shell, except in an image without one', () => {
    expect(
      start({ image: 'redis:7-alpine', command: ['sh', '-c', 'echo hi; sleep 5; exit 3'] }).exit,
    ).toEqual({
      afterMs: 5020,
      code: 3,
    });
    const distroless = 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.16.0';
    expect(start({ image: distroless, command: ['sh'] }).startError).toContain('exec: "sh"');
  });

  it('expand $(NAME) from the environment', () => {
    const run = start({ image: 'redis:7-alpine', args: ['--port', '$(PORT)'] }, { PORT: '7001' });
    expect(run.listeners[0]?.port).toBe(7001);
  });
});

it('writes the same lines for the same run, however they are asked for', () => {
  const run = start({ image: 'ghcr.io/acme/cart:1.0.0' });
  const whole = linesBetween(run, { afterMs: -1, untilMs: 600_000, limit: 10_000 });
  const pieces = [0, 1, 2, 3, 4, 5].flatMap((minute) =>
    linesBetween(run, {
      afterMs: minute === 0 ? -1 : minute * 100_000,
      untilMs: (minute + 1) * 100_000,
      limit: 10_000,
    }),
  );
  expect(pieces).toEqual(whole);
  expect(linesBetween(run, { afterMs: -1, untilMs: 600_000, limit: 3 })).toEqual(whole.slice(-3));
});
