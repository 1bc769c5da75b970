import { behave } from './behave.ts';
import type { Behaviour } from './behaviour.ts';
import type { Image } from './images.ts';
import type { Program } from './program.ts';

const MB = 1_000_000;
const SECOND = 1000;

/** Releases of one in-house service, by tag. */
type Releases = Readonly<Record<string, Behaviour>>;

const go = (behaviour: Partial<Behaviour> = {}): Behaviour => ({ language: 'go', ...behaviour });
const node = (behaviour: Partial<Behaviour> = {}): Behaviour => ({ language: 'node', ...behaviour });
const python = (behaviour: Partial<Behaviour> = {}): Behaviour => ({ language: 'python', ...behaviour });
const java = (behaviour: Partial<Behaviour> = {}): Behaviour => ({
  language: 'java',
  startupMs: 7 * SECOND,
  ...behaviour,
});

const postgres = {
  host: 'postgres',
  port: 5432,
  hostEnv: 'DATABASE_HOST',
  portEnv: 'DATABASE_PORT',
} as const;
const redis = { host: 'redis', port: 6379, hostEnv: 'REDIS_HOST', portEnv: 'REDIS_PORT' } as const;

/** What each release of `ghcr.io/acme/<name>` does. A scenario breaks a workload by rolling out one that misbehaves. */
const SERVICES: Readonly<Record<string, Releases>> = {
  // Configuration: what has to be set, and how.
  orders: { '1.8.0': go(), '1.9.0': go({ requires: [{ name: 'DATABASE_URL', is: 'set' }] }) },
  shipping: { '2.3.0': python(), '2.4.0': python({ requires: [{ name: 'POOL_SIZE', is: 'integer' }] }) },
  webhooks: { '1.2.0': node(), '1.3.0': node({ requires: [{ name: 'CALLBACK_URL', is: 'url' }] }) },
  billing: { '3.2.0': java(), '3.3.0': java({ requires: [{ name: 'BILLING_KEY', is: 'set' }] }) },
  exporter: { '0.9.0': go(), '1.0.0': go({ reads: '/etc/exporter/config.yaml' }) },
  thumbnails: { '3.1.0': python(), '3.2.0': python({ writes: '/var/cache/thumbnails' }) },
  // Dependencies: what the cluster's Services and endpoints say decides.
  profile: { '4.0.0': go({ needs: [{ ...postgres, without: 'crash' }] }) },
  loyalty: { '1.1.0': python({ needs: [{ ...postgres, without: 'crash' }] }) },
  vouchers: { '2.0.0': java({ needs: [{ ...postgres, without: 'crash' }] }) },
  basket: { '1.5.0': node({ needs: [{ ...redis, without: 'unready' }] }) },
  mailer: { '2.0.0': go({ needs: [{ host: 'smtp', port: 25, hostEnv: 'SMTP_HOST', without: 'log' }] }) },
  // Memory.
  indexer: { '4.9.0': java(), '5.0.0': java({ memory: { startMiB: 120, growMiBPerSecond: 4 } }) },
  analytics: {
    '7.0.0': python(),
    '7.1.0': python({ memory: { startMiB: 400, growMiBPerSecond: 100, nodeMiB: 14_000 } }),
  },
  renderer: {
    '2.1.0': node(),
    '2.2.0': node({ memory: { startMiB: 90, growMiBPerSecond: 3, of: 'worker' } }),
    '2.2.1': node({ memory: { startMiB: 90, growMiBPerSecond: 3, of: 'replaced-worker' } }),
  },
  'session-api': { '1.0.0': node(), '1.1.0': node({ ends: { afterMs: 61 * SECOND, how: 'heap-limit' } }) },
  reporting: { '5.0.0': java(), '5.1.0': java({ ends: { afterMs: 75 * SECOND, how: 'heap-limit' } }) },
  // Ends of all kinds.
  quotes: {
    '6.0.0': java(),
    '6.1.0': java({
      ends: { afterMs: 90 * SECOND, how: 'exception', message: 'No exchange rate for currency XAU' },
    }),
  },
  audit: { '2.4.0': go(), '2.5.0': go({ ends: { afterMs: 25 * SECOND, how: 'segfault' } }) },
  codec: { '1.0.0': python(), '1.1.0': python({ ends: { afterMs: 20 * SECOND, how: 'segfault' } }) },
  importer: {
    '2.9.0': python(),
    '3.0.0': python({
      listens: 'nowhere',
      ends: { afterMs: 4 * SECOND, how: 'done', message: 'imported 1204 rows, done' },
    }),
  },
  'batch-export': {
    '1.0.0': python({ listens: 'nowhere', ends: { afterMs: 40 * SECOND, how: 'done' } }),
    '1.1.0': python({
      listens: 'nowhere',
      ends: { afterMs: 15 * SECOND, how: 'exception', message: 'bucket acme-exports does not exist' },
    }),
  },
  migrate: {
    '1.0.0': go({
      listens: 'nowhere',
      ends: { afterMs: 3 * SECOND, how: 'done', message: 'schema is up to date' },
    }),
    '1.1.0': go({
      listens: 'nowhere',
      ends: {
        afterMs: 2 * SECOND,
        how: 'exception',
        message: 'migration 0042: column "tier" already exists',
      },
    }),
    '1.2.0': go({
      listens: 'nowhere',
      needs: [{ ...postgres, without: 'crash' }],
      ends: { afterMs: 3 * SECOND, how: 'done' },
    }),
  },
  'wait-for': {
    '1.0.0': go({
      listens: 'nowhere',
      needs: [{ host: 'localhost', port: 80, hostEnv: 'WAIT_HOST', portEnv: 'WAIT_PORT', without: 'wait' }],
      ends: { afterMs: SECOND, how: 'done' },
    }),
  },
  // Sockets and health.
  'legacy-api': { '2.0.0': go(), '2.1.0': go({ listens: 'localhost' }), '2.2.0': go({ port: 3000 }) },
  'secure-api': { '1.0.0': go(), '1.1.0': go({ listens: 'https' }) },
  'status-page': {
    '1.0.0': node(),
    '1.1.0': node({ answers: [{ path: '/healthz', answer: 500 }] }),
    '1.2.0': node({
      answers: [
        { path: '/healthz', answer: 404 },
        { path: '/internal/health', answer: 200 },
      ],
    }),
    '1.3.0': node({ answers: [{ path: '/healthz', answer: 'hangs' }] }),
    '1.4.0': node({
      answers: [{ path: '/healthz', answer: 503, fromMs: 60 * SECOND, untilMs: 180 * SECOND }],
    }),
    '1.5.0': node({ answers: [{ path: '/healthz', answer: 'hangs', fromMs: 45 * SECOND }] }),
  },
  'grpc-quotes': { '1.0.0': go({ port: 9000, listens: 'grpc' }) },
  'slow-boot': {
    '1.0.0': java(),
    '2.0.0': java({ startupMs: 75 * SECOND, stops: { afterMs: 300, code: 143 } }),
  },
  consumer: { '1.0.0': go({ listens: 'nowhere' }), '1.1.0': go({ listens: 'nowhere', stops: 'never' }) },
  'sidecar-proxy': {
    '1.0.0': go({ port: 15_021 }),
    '1.1.0': go({
      port: 15_021,
      ends: { afterMs: 8 * SECOND, how: 'exception', message: 'no bootstrap configuration' },
    }),
  },
};

/** Not root: what may be written to is only what belongs to it. */
const UNPRIVILEGED: ReadonlySet<string> = new Set(['thumbnails']);

function image(name: string, releases: Releases): Image {
  const programs = new Map(Object.entries(releases).map(([tag, behaviour]) => [tag, behave(behaviour)]));
  const fallback = behave(go());
  const program: Program = (input) => (programs.get(input.tag) ?? fallback)(input);
  return {
    tags: [...programs.keys()],
    bytes: 84 * MB + 118_204 + name.length * 1013,
    entrypoint: ['/app/server'],
    cmd: [],
    binaries: ['/app/server'],
    ...(UNPRIVILEGED.has(name) ? { user: { uid: 10_001 } } : {}),
    program,
  };
}

const healthy: Program = behave(go());
const plain = { bytes: 71 * MB, cmd: [], program: healthy } as const;

/** Images that cannot be started, or not be pulled. */
const BROKEN: Readonly<Record<string, Image>> = {
  'ghcr.io/acme/launcher': {
    ...plain,
    tags: ['1.0.0', '1.1.0', '1.2.0', '1.3.0'],
    entrypoint: ['/start.sh'],
    binaries: ['/start.sh'],
    notExecutable: {
      '1.1.0': 'no such file or directory',
      '1.2.0': 'exec format error',
      '1.3.0': 'permission denied',
    },
  },
  'ghcr.io/acme/gpu-worker': {
    ...plain,
    tags: ['1.9.0'],
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
    failures: { '2.0.0': { stage: 'unpack', why: 'no match for platform in manifest: not found' } },
  },
  'ghcr.io/acme/model-server': {
    ...plain,
    tags: ['8.4.0'],
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
    failures: {
      '9.0.0': {
        stage: 'unpack',
        why: 'failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip sha256:5b8c2f0e1d3a4b6c7d8e9f00112233445566778899aabbccddeeff0011223344) to overlayfs as "extract-481094210-Cq2a sha256:7d8e9f00112233445566778899aabbccddeeff00112233445566778899aabbcc": write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/412/fs/models/weights.bin: no space left on device',
      },
    },
  },
  'docker.io/acme/site': {
    ...plain,
    tags: ['1.0.0'],
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
    failures: {
      '1.1.0': {
        stage: 'copy',
        why: 'unexpected status from GET request to https://registry-1.docker.io/v2/{repository}/manifests/1.1.0: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      },
    },
  },
  'harbor.acme.example/team/portal': {
    ...plain,
    tags: ['1.0.0', '1.1.0'],
    isPrivate: true,
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
  },
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com/payments/gateway': {
    ...plain,
    tags: ['1.0.0', '1.1.0'],
    isPrivate: true,
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
  },
  'ghcr.io/acme/non-root': {
    ...plain,
    tags: ['1.0.0'],
    user: { name: 'nobody' },
    entrypoint: ['/app/server'],
    binaries: ['/app/server'],
  },
};

export const RELEASES: Readonly<Record<string, Image>> = {
  ...Object.fromEntries(
    Object.entries(SERVICES).map(([name, releases]) => [`ghcr.io/acme/${name}`, image(name, releases)]),
  ),
  ...BROKEN,
};
