import { describe, expect, it } from 'vitest';
import type { ContainerSpec, Pod } from '#lib/sandbox/client/objects.ts';
import type { Attempt } from '#lib/sandbox/network.ts';
import { linesBetween, type Connection, type Run } from './program.ts';
import { startProgram } from './start-program.ts';

type Given = {
  readonly env?: Record<string, string>;
  readonly container?: Partial<ContainerSpec>;
  readonly pod?: Partial<Pod['spec']>;
  readonly connect?: (attempt: Attempt) => Connection;
  readonly instance?: number;
};

const metadata = { name: 'p', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const start = (release: string, { env = {}, container, pod, connect, instance = 0 }: Given = {}): Run => {
  const image = release.includes('/') ? release : `ghcr.io/acme/${release}`;
  return startProgram(
    { name: 'app', image, ...container },
    {
      env,
      instance,
      podUid: 'u',
      pod: { metadata, spec: { containers: [], ...pod } },
      startedAt: 0,
      seed: 's',
      ...(connect ? { connect } : {}),
    },
  );
};
const logOf = (run: Run, untilMs = run.exit?.afterMs ?? 60_000): string =>
  linesBetween(run, { afterMs: -1, untilMs, limit: 1000 })
    .map(({ text }) => text)
    .join('\n');
const memory = (limit: string): Given => ({ container: { resources: { limits: { memory: limit } } } });

describe('configuration', () => {
  it.each<[string, Given, string]>([
    ['orders:1.9.0', {}, 'missing required environment variable DATABASE_URL'],
    [
      'shipping:2.4.0',
      { env: { POOL_SIZE: 'ten' } },
      "ValueError: invalid literal for int() with base 10: 'ten'",
    ],
    ['webhooks:1.3.0', {}, 'Error: Missing required environment variable CALLBACK_URL'],
    [
      'webhooks:1.3.0',
      { env: { CALLBACK_URL: 'acme' } },
      'Invalid url in environment variable CALLBACK_URL: "acme"',
    ],
    ['billing:3.3.0', {}, "Could not resolve placeholder 'BILLING_KEY'"],
    ['exporter:1.0.0', {}, 'open /etc/exporter/config.yaml: no such file or directory'],
    ['thumbnails:3.2.0', {}, "PermissionError: [Errno 13] Permission denied: '/var/cache/thumbnails'"],
  ])('%s ends with 1 and says why', (release, given, text) => {
    const run = start(release, given);
    expect(run.exit?.code).toBe(1);
    expect(logOf(run)).toContain(text);
  });

  it.each<[string, Given]>([
    ['orders:1.9.0', { env: { DATABASE_URL: 'postgres://db' } }],
    ['shipping:2.4.0', { env: { POOL_SIZE: '10' } }],
    [
      'exporter:1.0.0',
      {
        container: { volumeMounts: [{ name: 'config', mountPath: '/etc/exporter' }] },
        pod: { volumes: [{ name: 'config', configMap: { name: 'exporter' } }] },
      },
    ],
    [
      'thumbnails:3.2.0',
      {
        container: { volumeMounts: [{ name: 'cache', mountPath: '/var/cache' }] },
        pod: { volumes: [{ name: 'cache', emptyDir: {} }] },
      },
    ],
    ['thumbnails:3.2.0', { container: { securityContext: { runAsUser: 0 } } }],
  ])('%s runs when it has what it needs', (release, given) => {
    expect(start(release, given).exit).toBeUndefined();
  });

  it('a read-only root file system is said to be one', () => {
    const run = start('thumbnails:3.2.0', {
      container: { securityContext: { readOnlyRootFilesystem: true } },
    });
    expect(logOf(run)).toContain('OSError: [Errno 30] Read-only file system');
  });
});

describe('dependencies', () => {
  const refused = (): Connection => ({ kind: 'refused', address: '10.96.4.7' });
  const unknown = (): Connection => ({ kind: 'no-such-host' });

  it.each<[string, () => Connection, string]>([
    ['profile:4.0.0', refused, 'dial tcp 10.96.4.7:5432: connect: connection refused'],
    ['profile:4.0.0', unknown, 'dial tcp: lookup postgres on 10.96.0.10:53: no such host'],
    [
      'loyalty:1.1.0',
      refused,
      'connection to server at "postgres" (10.96.4.7), port 5432 failed: Connection refused',
    ],
    ['vouchers:2.0.0', unknown, 'java.net.UnknownHostException: postgres'],
  ])('%s ends when it cannot connect at its start', (release, connect, text) => {
    const run = start(release, { connect });
    expect(run.exit?.code).toBe(1);
    expect(logOf(run)).toContain(text);
  });

  it('go by what the environment says', () => {
    const asked: Attempt[] = [];
    const connect = (attempt: Attempt): Connection => {
      asked.push(attempt);
      return { kind: 'accepted' };
    };
    start('profile:4.0.0', { connect, env: { DATABASE_HOST: 'db.data', DATABASE_PORT: '6432' } });
    expect(asked[0]).toMatchObject({ namespace: 'shop', host: 'db.data', port: 6432 });
  });

  it('make it unready for as long as they are down, which its log tells', () => {
    const connect = ({ at }: Attempt): Connection =>
      at > 60_000 && at < 120_000 ? refused() : { kind: 'accepted' };
    const run = start('basket:1.5.0', { connect });
    const health = (atMs: number) => run.listeners[0]?.http?.('/healthz', atMs);
    expect([health(30_000), health(90_000), health(150_000)]).toEqual([200, 503, 200]);
    expect(run.steadyFromMs).toBe(Infinity);
    const complaints = logOf(run, 300_000)
      .split('\n')
      .filter((line) => line.includes('ECONNREFUSED 10.96.4.7:6379'));
    expect(complaints).toHaveLength(12);
  });

  it('that somebody waits for are waited for a minute, with a word every few seconds', () => {
    const env = { WAIT_HOST: 'broker', WAIT_PORT: '6379' };
    const run = start('wait-for:1.0.0', { connect: unknown, env });
    expect(run.exit?.code).toBe(1);
    expect(run.exit?.afterMs).toBeGreaterThan(55_000);
    const lines = logOf(run).split('\n');
    const word = 'waiting for broker:6379: dial tcp: lookup broker on 10.96.0.10:53: no such host';
    expect(lines.filter((line) => line.includes(word)).length).toBeGreaterThan(10);
    expect(lines.at(-1)).toContain('gave up waiting for broker:6379 after 1m0s');
    expect(start('wait-for:1.0.0', { connect: () => ({ kind: 'accepted' }), env }).exit?.code).toBe(0);
  });

  it('that it can do without only fill the log', () => {
    const run = start('mailer:2.0.0', { connect: unknown });
    expect(run.listeners[0]?.http?.('/healthz', 90_000)).toBe(200);
    expect(logOf(run)).toContain('lookup smtp');
  });
});

describe('memory', () => {
  it('runs into the limit, later with a higher one', () => {
    const [low, high] = ['256Mi', '1Gi'].map((limit) => start('indexer:5.0.0', memory(limit)).exit);
    expect(low).toMatchObject({ code: 137, reason: 'OOMKilled' });
    expect(high?.afterMs).toBeGreaterThan(low?.afterMs ?? Infinity);
    expect(start('indexer:5.0.0').exit).toBeUndefined();
  });

  it('of the node runs out where there is no limit', () => {
    const run = start('analytics:7.1.0');
    expect(run.exit).toMatchObject({ code: 137, reason: 'OOMKilled' });
    expect(run.systemOom?.process).toBe('server');
    expect(start('analytics:7.1.0', memory('1Gi')).systemOom).toBeUndefined();
  });

  it('of a child ends the parent with its own exit code, or not at all', () => {
    expect(start('renderer:2.2.0', memory('256Mi')).exit).toMatchObject({ code: 1, reason: 'OOMKilled' });
    const survivor = start('renderer:2.2.1', memory('256Mi'));
    expect(survivor.exit).toBeUndefined();
    expect(logOf(survivor, 300_000)).toContain('was killed by signal 9, starting another');
  });

  it('is too little for the runtime itself below a few MiB', () => {
    expect(start('indexer:4.9.0', memory('4Mi')).startError).toContain(
      'container init was OOM-killed (memory limit too low?)',
    );
  });
});

describe('ends', () => {
  it.each([
    ['quotes:6.1.0', 1, 'Exception in thread "main"'],
    ['audit:2.5.0', 2, '[signal SIGSEGV: segmentation violation'],
    ['codec:1.1.0', 139, ''],
    ['session-api:1.1.0', 134, 'JavaScript heap out of memory'],
    ['reporting:5.1.0', 3, 'java.lang.OutOfMemoryError: Java heap space'],
    ['importer:3.0.0', 0, 'imported 1204 rows, done'],
    ['batch-export:1.1.0', 1, 'RuntimeError: bucket acme-exports does not exist'],
    ['migrate:1.1.0', 2, 'panic: migration 0042'],
  ])('%s with %i', (release, code, text) => {
    const run = start(release);
    expect(run.exit?.code).toBe(code);
    expect(logOf(run)).toContain(text);
  });

  it('are a little different each time, and the same when asked again', () => {
    const at = (instance: number) => start('quotes:6.1.0', { instance }).exit?.afterMs;
    expect(at(0)).toBe(at(0));
    expect(at(0)).not.toBe(at(1));
  });
});

describe('sockets and health', () => {
  it.each([
    ['status-page:1.1.0', 500],
    ['status-page:1.2.0', 404],
    ['status-page:1.3.0', 'hangs'],
  ])('%s answers %s', (release, answer) => {
    expect(start(release).listeners[0]?.http?.('/healthz', 30_000)).toBe(answer);
  });

  it('status-page:1.4.0 is unwell for two minutes', () => {
    const http = start('status-page:1.4.0').listeners[0]?.http;
    expect([30_000, 90_000, 200_000].map((atMs) => http?.('/healthz', atMs))).toEqual([200, 503, 200]);
  });

  it('some listen on loopback, on another port, with TLS, for gRPC, or not at all', () => {
    expect(start('legacy-api:2.1.0').listeners[0]?.localOnly).toBe(true);
    expect(logOf(start('legacy-api:2.1.0'))).toContain('listening on 127.0.0.1:8080');
    expect(start('legacy-api:2.2.0').listeners[0]?.port).toBe(3000);
    expect(start('secure-api:1.1.0').listeners[0]?.tls).toBe(true);
    expect(start('grpc-quotes:1.0.0').listeners[0]?.grpc?.('', 9000)).toBe('SERVING');
    expect(start('consumer:1.0.0').listeners).toEqual([]);
    expect(start('consumer:1.1.0').stop).toBeUndefined();
    expect(start('slow-boot:2.0.0').listeners[0]?.fromMs).toBeGreaterThan(70_000);
    expect(start('slow-boot:2.0.0').stop?.code).toBe(143);
  });
});

describe('files that cannot be executed', () => {
  it('are told by the runtime where it can', () => {
    expect(start('launcher:1.3.0').startError).toContain('exec: "/start.sh": permission denied');
    const container = {
      command: ['/scripts/run.sh'],
      volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
    };
    const pod = { volumes: [{ name: 'scripts', configMap: { name: 'scripts' } }] };
    expect(start('orders:1.8.0', { container, pod }).startError).toContain(
      'exec: "/scripts/run.sh": permission denied',
    );
  });

  it('run the program of the image once the volume makes them executable', () => {
    const configMap = { name: 'scripts', defaultMode: 0o755 };
    const run = start('orders:1.8.0', {
      container: {
        command: ['/scripts/run.sh'],
        volumeMounts: [{ name: 'scripts', mountPath: '/scripts' }],
      },
      pod: { volumes: [{ name: 'scripts', configMap }] },
    });
    expect([run.startError, run.exit]).toEqual([undefined, undefined]);
    expect(run.listeners).toHaveLength(1);
  });

  it('are told by the log where the kernel refuses only then', () => {
    const texts = ['1.1.0', '1.2.0'].map((tag) => {
      const run = start(`launcher:${tag}`);
      return [run.exit?.code, logOf(run)];
    });
    expect(texts).toEqual([
      [255, 'exec /start.sh: no such file or directory'],
      [255, 'exec /start.sh: exec format error'],
    ]);
  });
});
