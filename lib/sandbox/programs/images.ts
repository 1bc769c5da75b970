import type { WebhookBackend } from '#lib/sandbox/apiserver/webhook-backend.ts';
import { behave } from './behave.ts';
import { batchJob } from './batch-job.ts';
import type { ImageUser } from '#lib/sandbox/kubelet/record.ts';
import type { PullFailure } from '#lib/sandbox/registry-hosts.ts';
import { parseImage } from '#lib/sandbox/image-reference.ts';
import { httpServer } from './http-server.ts';
import { ownerPolicy } from './owner-policy.ts';
import type { Program } from './program.ts';
import { redis } from './redis.ts';
import { RELEASES } from './releases.ts';
import { checkout, labWeb, reportBuilder, search, service } from './web-apps.ts';

export type Image = {
  readonly tags: readonly string[];
  readonly bytes: number;
  /** Pulling needs credentials for the registry. */
  readonly isPrivate?: true;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Names of argv[0] the program answers to. */
  readonly binaries: readonly string[];
  /** Its entrypoint executes what it is given instead of the CMD, if that is a program. */
  readonly handsOver?: true;
  /** No shell, no tools. */
  readonly isDistroless?: true;
  /** USER of the image: root unless it says otherwise. */
  readonly user?: ImageUser;
  /** Tags that are there but cannot be pulled to the nodes of this cluster. */
  readonly failures?: Readonly<Record<string, PullFailure>>;
  /** Tags whose entrypoint exists but cannot be executed: the errno's words. */
  readonly notExecutable?: Readonly<Record<string, string>>;
  readonly program: Program;
  /** What it answers as an admission webhook. */
  readonly admission?: WebhookBackend;
};

const MB = 1_000_000;

const app = (tags: readonly string[], program: Program, megabytes = 92): Image => ({
  tags,
  bytes: megabytes * MB + 418_113,
  entrypoint: ['/app/server'],
  cmd: [],
  binaries: ['/app/server'],
  program,
});

const upstream = (
  tags: readonly string[],
  binary: string,
  { program, megabytes }: { program: Program; megabytes: number },
): Image => ({
  tags,
  bytes: megabytes * MB + 71_904,
  entrypoint: [binary],
  cmd: [],
  binaries: [binary],
  program,
});

const python = (tags: readonly string[], program: Program): Image => ({
  tags,
  bytes: 61 * MB + 204_288,
  entrypoint: [],
  cmd: ['uvicorn', 'main:app', '--host', '0.0.0.0', '--port', '8080'],
  binaries: ['uvicorn', 'python', 'python3'],
  program,
});

/** The release of every in-house service that nobody should have rolled out. */
export const CRASHING_TAG = '3.1.0';
const crashing = behave({
  language: 'go',
  ends: { afterMs: 20_000, how: 'exception', message: 'assignment to entry in nil map' },
});
const inHouse: Program = (input) => (input.tag === CRASHING_TAG ? crashing(input) : service(input));

const listens = (port: number, name: string, chatter: string): Program =>
  httpServer({
    port,
    startupMs: 1500,
    boot: ({ tag }) => [`${name} ${tag} starting`],
    ready: (listening) => `${name} ready, listening on port ${listening}`,
    chatter: [(random) => `${chatter} in ${2 + Math.floor(random * 40)} ms`],
    chatterEveryMs: 20_000,
  });

const SERVICE_TAGS = [
  '1.0.0',
  '1.1.0',
  '1.2.0',
  '1.2.1',
  '1.3.0',
  '2.0.0',
  '2.0.1',
  '2.1.0',
  '3.0.0',
  CRASHING_TAG,
];
const ACME = [
  'storefront',
  'cart',
  'catalog',
  'pricing',
  'recommendations',
  'wishlist',
  'payments-api',
  'ledger',
  'fraud-check',
  'invoicing',
  'refunds',
  'payouts',
  'auth',
  'gateway',
  'notifications',
  'feature-flags',
  'image-resizer',
  'ingest',
  'warehouse-sync',
  'event-router',
  'feature-store',
  'newsletter',
  'shipments',
  'suggest',
  'stock-index',
  'picking',
  'packing',
  'dispatch',
  'contacts',
  'tickets',
  'surveys',
  'tax-rates',
  'reminders',
  'page-editor',
  'returns',
  'receipts',
  'bookings',
  'documents',
  'photos',
  'campaigns',
  'partner-feed',
  'cohorts',
  'consents',
  'log-shipper',
  'token-exchange',
  'scoring',
  'seats',
  'demand-model',
  'embeddings',
  'vector-search',
  'geo-lookup',
  'search-index',
  'session-store',
  'report-archive',
  'etl-worker',
  'risk-scoring',
  'edge-proxy',
  'quota-sync',
  'training-job',
  'settlement',
  'transcoder',
  'tax-service',
  'price-engine',
  'event-store',
  'partner-api',
] as const;

/** Every repository the sandbox's registries hold. */
export const IMAGES: Readonly<Record<string, Image>> = {
  ...RELEASES,
  'ghcr.io/vlrrbn/lab30-web-metrics': python(['0.2.0', '0.2.1', '0.3.0'], labWeb),
  'docker.io/library/redis': {
    tags: ['7-alpine', '7.4-alpine', '7', '7.4', 'latest', '6-alpine'],
    bytes: 17_262_231,
    entrypoint: ['docker-entrypoint.sh'],
    handsOver: true,
    cmd: ['redis-server'],
    binaries: ['docker-entrypoint.sh', 'redis-server'],
    program: redis,
  },
  'ghcr.io/acme/checkout': app(['2.2.0', '2.3.0', '2.3.1', '2.4.0', '2.4.1'], checkout),
  'ghcr.io/acme/report-builder': app(['1.7.0', '1.8.0', '1.9.0', '1.9.1'], reportBuilder, 140),
  'ghcr.io/acme/search': app(['5.1.0', '5.2.0', '5.3.0'], search, 310),
  'ghcr.io/acme/owner-policy': { ...app(['1.0.0'], service, 38), admission: ownerPolicy },
  'ghcr.io/acme/backup': app(['1.0.0', '1.1.0'], batchJob, 61),
  'ghcr.io/acme/settlement-report': app(['1.0.0', '1.1.0'], batchJob, 74),
  'ghcr.io/acme-internal/license-server': { ...app(['1.0.0', '1.1.0'], service), isPrivate: true },
  'ghcr.io/acme-internal/portal': { ...app(['1.1.0', '1.2.0'], service), isPrivate: true },
  ...Object.fromEntries(ACME.map((name) => [`ghcr.io/acme/${name}`, app(SERVICE_TAGS, inHouse)])),
  'docker.io/library/nginx': {
    ...upstream(['1.27-alpine', '1.28-alpine', 'latest'], 'nginx', {
      program: listens(80, 'nginx', 'GET / 200'),
      megabytes: 20,
    }),
    handsOver: true,
  },
  'docker.io/library/postgres': upstream(['16-alpine', '17-alpine'], 'postgres', {
    program: listens(5432, 'database system', 'checkpoint complete'),
    megabytes: 106,
  }),
  'quay.io/prometheus/node-exporter': upstream(['v1.9.1', 'v1.10.2'], 'node_exporter', {
    program: listens(9100, 'node_exporter', 'collected metrics'),
    megabytes: 12,
  }),
  'docker.io/prom/prometheus': upstream(['v3.4.1', 'v3.5.0'], 'prometheus', {
    program: listens(9090, 'prometheus', 'compact blocks'),
    megabytes: 118,
  }),
  'docker.io/prom/alertmanager': upstream(['v0.28.1'], 'alertmanager', {
    program: listens(9093, 'alertmanager', 'flush notifications'),
    megabytes: 33,
  }),
  'docker.io/grafana/grafana': upstream(['12.0.1', '12.1.0'], 'grafana', {
    program: listens(3000, 'grafana', 'GET /api/health'),
    megabytes: 206,
  }),
  'registry.k8s.io/kube-state-metrics/kube-state-metrics': {
    ...upstream(['v2.15.0', 'v2.16.0'], 'kube-state-metrics', {
      program: listens(8080, 'kube-state-metrics', 'GET /metrics'),
      megabytes: 16,
    }),
    isDistroless: true,
  },
};

/** Whom a container of this image runs as. */
export const imageUser = (image: string): ImageUser =>
  IMAGES[parseImage(image)?.repository ?? '']?.user ?? { uid: 0 };
