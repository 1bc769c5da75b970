import type { Draft } from '#lib/sandbox/client/write.ts';
import type { Random } from '#lib/sandbox/random.ts';
import { deployment, namespace, service } from '#lib/sandbox/scenarios/manifests.ts';
import { node } from '#lib/sandbox/scenarios/nodes.ts';
import { daemonSet, statefulSet } from '#lib/sandbox/scenarios/workload-manifests.ts';

export type FleetPlan = {
  /** What is created for real: nodes, and of each Deployment one pod. */
  readonly objects: readonly Draft[];
  /** How many pods each Deployment has in the end, by `namespace/name`. */
  readonly replicas: ReadonlyMap<string, number>;
  readonly workers: readonly string[];
};

/** A kubelet takes 110; some places stay free for rolling updates. */
const PODS_PER_NODE = 92;
const PODS_PER_WORKLOAD = 22;
const CELLS = ['eu-1', 'eu-2', 'us-1', 'us-2', 'ap-1', 'sa-1', 'staging', 'load-test'];
const TEAMS: Readonly<Record<string, readonly string[]>> = {
  shop: [
    'storefront',
    'cart',
    'catalog',
    'pricing',
    'recommendations',
    'wishlist',
    'search-index',
    'geo-lookup',
  ],
  payments: [
    'payments-api',
    'ledger',
    'fraud-check',
    'invoicing',
    'refunds',
    'payouts',
    'tax-service',
    'settlement',
  ],
  platform: [
    'auth',
    'gateway',
    'notifications',
    'feature-flags',
    'image-resizer',
    'edge-proxy',
    'quota-sync',
    'session-store',
  ],
  data: [
    'ingest',
    'warehouse-sync',
    'event-router',
    'feature-store',
    'demand-model',
    'report-archive',
    'etl-worker',
    'embeddings',
  ],
};
const ROLES = ['', '-worker', '-admin', '-batch', '-canary', '-cache', '-relay', '-mirror'];
const TAGS = ['1.0.0', '1.1.0', '1.2.0', '1.2.1', '1.3.0', '2.0.0', '2.0.1', '2.1.0'];
const NETWORK = { nodes: '192.168.60', pods: '10.245' };

type Service = { readonly path: string; readonly image: string };

/** Teams times cells times services, in an order that gives small clusters some of each. */
const SERVICES: readonly Service[] = ROLES.flatMap((role) =>
  Array.from({ length: 8 }, (_, index) => index).flatMap((index) =>
    CELLS.flatMap((cell) =>
      Object.entries(TEAMS).map(([team, names]) => {
        const name = names[index] ?? team;
        return { path: `${team}-${cell}/${name}${role}`, image: name };
      }),
    ),
  ),
);

/** A cluster of `pods` pods: mostly Deployments of very different sizes, an agent on every node, some databases. */
export function fleetPlan(pods: number, random: Random): FleetPlan {
  const workers = Array.from(
    { length: Math.ceil(pods / PODS_PER_NODE) + 1 },
    (_, index) => `node-${index + 1}`,
  );
  const count = Math.max(4, Math.round(pods / PODS_PER_WORKLOAD));
  const chosen = SERVICES.slice(0, count);
  const databases = chosen.filter((_, index) => index % 20 === 7).map(({ path }) => `${path}-db`);
  // The agent also runs on the four nodes every sandbox has.
  const agents = workers.length + 4;
  const replicas = shares(
    chosen.map(({ path }) => path),
    pods - agents - 3 * databases.length,
    random,
  );
  const namespaces = [...new Set(chosen.map(({ path }) => path.split('/')[0] ?? ''))];
  return {
    workers,
    replicas,
    objects: [
      ...workers.map((name, index) => worker(name, index + 1)),
      ...['monitoring', ...namespaces].map(namespace),
      agent,
      ...databases.map(database),
      ...chosen.flatMap(({ path, image }) => [
        service(path, 80, 8080),
        release(path, image, TAGS[random.below(TAGS.length)] ?? '1.0.0'),
      ]),
    ],
  };
}

/** 200 nodes fit into one range of 250 addresses for nodes and pods each. */
const worker = (name: string, index: number): Draft =>
  node(name, {
    index,
    network: NETWORK,
    labels: { 'node.kubernetes.io/instance-type': 'm7i.8xlarge' },
    capacity: { cpu: '32', memory: '128Gi' },
  });

const release = (path: string, image: string, tag: string): Draft =>
  deployment(path, {
    image: `ghcr.io/acme/${image}:${tag}`,
    replicas: 1,
    health: '/healthz',
    memory: '256Mi',
    labels: { 'app.kubernetes.io/part-of': image },
    cause: `release ${tag}`,
  });

const agent: Draft = daemonSet('monitoring/node-exporter', {
  image: 'quay.io/prometheus/node-exporter:v1.10.2',
  port: 9100,
  cpu: '20m',
  memory: '32Mi',
  pod: { tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }] },
});

const database = (path: string): Draft =>
  statefulSet(path, { image: 'postgres:16-alpine', replicas: 3, port: 5432, memory: '512Mi' });

/** A few workloads have most of the pods, many have two or three. */
function shares(paths: readonly string[], total: number, random: Random): ReadonlyMap<string, number> {
  const weights = paths.map(() => 1 / (0.04 + random.unit()));
  const sum = weights.reduce((all, each) => all + each, 0);
  const sizes = weights.map((weight) => Math.max(1, Math.floor((weight / sum) * total)));
  const rest = total - sizes.reduce((all, each) => all + each, 0);
  // What rounding left over, or took too much, is the largest one's.
  const largest = sizes.indexOf(Math.max(...sizes));
  return new Map(paths.map((path, index) => [path, (sizes[index] ?? 1) + (index === largest ? rest : 0)]));
}
