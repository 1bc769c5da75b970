import { describe, expect, it } from 'vitest';
import type { ContainerSpec, ProbeSpec } from '#lib/sandbox/client/objects.ts';
import type { HttpAnswer, Listener, Run } from '#lib/sandbox/programs/program.ts';
import { aPod, aWorld, PodLife, runsForEver } from './pod-life.ts';
import { probe } from './probes.ts';

const http = { httpGet: { path: '/health', port: 8080 } };
const server = (fromMs: number, answer: HttpAnswer = 200): Run => ({
  ...runsForEver,
  listeners: [{ port: 8080, fromMs, http: () => answer }],
  steadyFromMs: fromMs,
});
const lifeOf = (container: Partial<ContainerSpec>, run: Run) =>
  new PodLife(aPod(container), aWorld({ start: () => run }));

describe('what a probe says', () => {
  const ask = (spec: ProbeSpec, listener: Partial<Listener> = {}, run: Partial<Run> = {}) => {
    const listeners = [{ port: 8080, fromMs: 0, ...listener }];
    const outcome = probe(spec, {
      container: { name: 'app', image: 'i', ports: [{ name: 'web', containerPort: 8080 }] },
      run: { ...runsForEver, listeners, ...run },
      ip: '10.244.1.2',
      atMs: 5000,
    });
    return outcome.ok ? 'ok' : outcome.output;
  };
  const ok = () => 200;

  it.each<[string, ProbeSpec, Partial<Listener>, string]>([
    ['200', http, { http: ok }, 'ok'],
    ['a named port', { httpGet: { port: 'web' } }, { http: ok }, 'ok'],
    ['404', http, { http: () => 404 }, 'HTTP probe failed with statuscode: 404'],
    [
      'another port',
      { httpGet: { port: 9090 } },
      {},
      'Get "http://10.244.1.2:9090/": dial tcp 10.244.1.2:9090: connect: connection refused',
    ],
    [
      '127.0.0.1 only',
      http,
      { http: ok, localOnly: true },
      'Get "http://10.244.1.2:8080/health": dial tcp 10.244.1.2:8080: connect: connection refused',
    ],
    [
      'no answer',
      http,
      { http: () => 'hangs' },
      'Get "http://10.244.1.2:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
    [
      'HTTPS to a plain server',
      { httpGet: { path: '/health', port: 8080, scheme: 'HTTPS' } },
      { http: ok },
      'Get "https://10.244.1.2:8080/health": http: server gave HTTP response to HTTPS client',
    ],
    ['HTTP to a TLS server', http, { http: ok, tls: true }, 'HTTP probe failed with statuscode: 400'],
    ['HTTPS to a TLS server', { httpGet: { port: 8080, scheme: 'HTTPS' } }, { http: ok, tls: true }, 'ok'],
    ['HTTP to something else', http, {}, 'Get "http://10.244.1.2:8080/health": EOF'],
    ['TCP', { tcpSocket: { port: 8080 } }, {}, 'ok'],
    ['TCP, closed', { tcpSocket: { port: 1 } }, {}, 'dial tcp 10.244.1.2:1: connect: connection refused'],
    ['gRPC', { grpc: { port: 8080 } }, { grpc: () => 'SERVING' }, 'ok'],
    [
      'gRPC, not serving',
      { grpc: { port: 8080 } },
      { grpc: () => 'NOT_SERVING' },
      'service unhealthy (responded with "NOT_SERVING")',
    ],
    [
      'gRPC, closed',
      { grpc: { port: 1 }, timeoutSeconds: 2 },
      {},
      'timeout: failed to connect service "10.244.1.2:1" within 2s: context deadline exceeded',
    ],
    [
      'gRPC without health service',
      { grpc: { port: 8080 } },
      {},
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    ],
    [
      'a port name nobody has',
      { tcpSocket: { port: 'nope' } },
      {},
      'strconv.Atoi: parsing "nope": invalid syntax',
    ],
  ])('%s', (_case, spec, listener, text) => expect(ask(spec, listener)).toBe(text));

  it.each<[string, readonly string[], string]>([
    ['a file that is there', ['cat', '/tmp/healthy'], 'ok'],
    ['a file that is not', ['cat', '/tmp/nope'], "cat: can't open '/tmp/nope': No such file or directory\n"],
    ['a shell that gives up', ['sh', '-c', 'test -f /tmp/nope && exit 0; echo sick; exit 2'], 'sick\n'],
    ['too slow', ['sleep', '10'], 'command timed out: "sleep 10" timed out after 1s'],
    ['its own command', ['redis-cli', 'ping'], 'ok'],
  ])('exec: %s', (_case, command, text) => {
    const run: Partial<Run> = {
      files: { '/tmp/healthy': { fromMs: 0 } },
      exec: ([first]) => (first === 'redis-cli' ? { code: 0, output: 'PONG\n' } : undefined),
    };
    expect(ask({ exec: { command } }, {}, run)).toBe(text);
  });

  it('exec: a binary the image does not have is an error, not a failure', () => {
    const outcome = ask({ exec: { command: ['curl', 'localhost'] } });
    expect(outcome).toMatch(
      /^rpc error: code = Unknown desc = failed to exec in container: .* exec: "curl": executable file not found in \$PATH$/,
    );
  });
});

describe('readiness', () => {
  it('is asked at once when a status shows the container, and from then on every period', () => {
    const life = lifeOf({ readinessProbe: { ...http, periodSeconds: 5 } }, server(8000)).live(60_000);
    // Twice: the first status that shows it is followed by another one a second later.
    expect(life.secondsOf('Unhealthy')).toEqual([1.4, 2.4, 7.4]);
    expect(life.states.at(-1)).toEqual({ second: 12.4, state: 'Ready' });
  });

  it('waits for its initial delay', () => {
    const readinessProbe = { ...http, initialDelaySeconds: 5, periodSeconds: 5 };
    const life = lifeOf({ readinessProbe }, server(0)).live(60_000);
    expect(life.states.at(-1)).toEqual({ second: 7.4, state: 'Ready' });
  });

  it('never comes when nothing listens, and never restarts it for that', () => {
    const life = lifeOf({ readinessProbe: { ...http, periodSeconds: 5 } }, runsForEver).live(60_000);
    expect(life.container()).toMatchObject({ ready: false, restartCount: 0, started: true });
    expect(life.secondsOf('Unhealthy')).toHaveLength(13);
    expect(life.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        reason: 'ContainersNotReady',
        message: 'containers with unready status: [app]',
      }),
    );
  });

  it('goes with a dependency and comes back with it', () => {
    const down = (atMs: number) => atMs > 60_000 && atMs < 120_000;
    const listeners = [
      { port: 8080, fromMs: 0, http: (_path: string, atMs: number) => (down(atMs) ? 503 : 200) },
    ];
    const run: Run = { ...runsForEver, listeners, steadyFromMs: Infinity };
    const life = lifeOf({ readinessProbe: { ...http, failureThreshold: 2 } }, run).live(200_000);
    expect(life.states.map(({ state }) => state)).toEqual(['ContainerCreating', 'Ready', 'Running', 'Ready']);
    const [, , gone, back] = life.states.map(({ second }) => second);
    expect([gone, back]).toEqual([71.4, 121.4]);
  });

  it('also needs the conditions somebody else sets', () => {
    const pod = aPod({}, { readinessGates: [{ conditionType: 'lb/attached' }] });
    const life = new PodLife(pod, aWorld()).live(10_000);
    expect(life.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: 'corresponding condition of pod readiness gate "lb/attached" does not exist.',
      }),
    );
  });

  it('is a warning and a success when the answer is a redirect', () => {
    const life = lifeOf({ readinessProbe: http }, server(0, 302)).live(5000);
    expect(
      life.secondsOf('ProbeWarning', 'Readiness probe warning: Probe terminated redirects'),
    ).toHaveLength(1);
    expect(life.container()?.ready).toBe(true);
  });
});

describe('liveness', () => {
  it('kills after the third failure in a row, and restarts at once', () => {
    const livenessProbe = { ...http, initialDelaySeconds: 5, periodSeconds: 10 };
    const life = lifeOf({ livenessProbe }, server(0, 503)).live(300_000);
    expect(life.secondsOf('Unhealthy').slice(0, 3)).toEqual([10, 20, 30]);
    expect(life.events.find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      'Liveness probe failed: HTTP probe failed with statuscode: 503',
    );
    expect(life.secondsOf('Killing', 'Container app failed liveness probe, will be restarted')[0]).toBe(30);
    // The first restarts do not wait: what counts is the exit of the run before, and that was long ago.
    expect(life.startsOf('app').slice(0, 3)).toEqual([0.4, 30.5, 60.5]);
    expect(life.states.map(({ state }) => state)).toContain('CrashLoopBackOff');
  });

  it('ends with 137 when the program ignores SIGTERM for the whole grace period', () => {
    const livenessProbe = { ...http, periodSeconds: 1 };
    const life = lifeOf({ livenessProbe }, { ...runsForEver, stop: undefined }).live(36_000);
    expect(life.container()?.lastState.terminated?.exitCode).toBe(137);
  });

  it('can have a grace period of its own', () => {
    const livenessProbe = { ...http, periodSeconds: 1, terminationGracePeriodSeconds: 4 };
    const life = lifeOf({ livenessProbe }, { ...runsForEver, stop: undefined }).live(20_000);
    const [killed = 0] = life.secondsOf('Killing');
    expect((life.startsOf('app')[1] ?? 0) - killed).toBe(4);
  });

  it('ends a container for good where nothing is restarted, and with the last one the pod', () => {
    const livenessProbe = { ...http, periodSeconds: 1 };
    const pod = aPod({ livenessProbe }, { restartPolicy: 'Never' });
    const life = new PodLife(pod, aWorld({ start: () => server(0, 500) })).live(30_000);
    expect(life.said).toContain('Killing: Stopping container app');
    expect(life.startsOf('app')).toHaveLength(1);
    expect(life.status.phase).toBe('Succeeded');
  });

  it('gives a hanging server its timeout each time', () => {
    const livenessProbe = { ...http, periodSeconds: 10, timeoutSeconds: 3 };
    const life = lifeOf({ livenessProbe }, server(0, 'hangs')).live(45_000);
    expect(life.secondsOf('Unhealthy').slice(0, 3)).toEqual([13, 23, 33]);
    expect(life.secondsOf('Killing')[0]).toBe(33);
  });

  it('throws away the result of a probe that errs', () => {
    const livenessProbe = { tcpSocket: { port: 'nope' }, periodSeconds: 1 };
    const life = lifeOf({ livenessProbe }, server(0)).live(30_000);
    expect(life.secondsOf('Killing')).toEqual([]);
    expect(
      life.secondsOf('Unhealthy', 'Liveness probe errored and resulted in unknown state: ').length,
    ).toBeGreaterThan(9);
  });
});

describe('startup', () => {
  const startupProbe = { ...http, periodSeconds: 5, failureThreshold: 20 };

  it('suspends the other probes until it has passed', () => {
    const livenessProbe = { ...http, periodSeconds: 1 };
    const readinessProbe = { ...http, periodSeconds: 1 };
    const life = lifeOf({ startupProbe, livenessProbe, readinessProbe }, server(40_000)).live(120_000);
    expect(life.secondsOf('Killing')).toEqual([]);
    expect(life.secondsOf('Unhealthy', 'Liveness')).toEqual([]);
    expect(life.secondsOf('Unhealthy', 'Readiness')).toEqual([]);
    expect(life.container()).toMatchObject({ started: true, ready: true, restartCount: 0 });
  });

  it('kills a container that takes longer', () => {
    const life = lifeOf({ startupProbe: { ...startupProbe, failureThreshold: 3 } }, server(40_000)).live(
      20_000,
    );
    expect(life.said).toContain('Killing: Container app failed startup probe, will be restarted');
    expect(life.container()).toMatchObject({ started: false, ready: false, restartCount: 1 });
  });
});
