import type { Draft } from '#lib/sandbox/client/write.ts';
import { fleetWorkloads } from './fleet-workloads.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { MINUTE, type Step } from './scenario.ts';

type Release = readonly [afterMinutes: number, tag: string];

type Healthy = Omit<DeploymentOptions, 'image'> & { readonly releases: readonly [Release, ...Release[]] };

const acme = (...releases: readonly [Release, ...Release[]]): Healthy => ({ releases, health: '/healthz' });

/** 25 workloads that run well; a tag is `repository:tag` where it is not the company's own. */
const WORKLOADS: Readonly<Record<string, Healthy>> = {
  'shop/storefront': {
    ...acme([0, '1.2.0'], [9, '1.2.1'], [21, '1.3.0']),
    replicas: 4,
    cpu: '200m',
    memory: '256Mi',
  },
  'shop/cart': { ...acme([0, '2.0.0'], [14, '2.0.1']), replicas: 3 },
  'shop/catalog': { ...acme([0, '1.3.0']), replicas: 3, memory: '256Mi' },
  'shop/pricing': acme([0, '1.1.0']),
  'shop/recommendations': { ...acme([0, '1.0.0'], [11, '1.1.0']), memory: '512Mi' },
  'shop/wishlist': acme([0, '1.0.0']),
  'payments/payments-api': { ...acme([0, '3.0.0']), replicas: 3, cpu: '250m', memory: '256Mi' },
  'payments/ledger': { ...acme([0, '2.0.1'], [17, '2.1.0']), memory: '256Mi' },
  'payments/fraud-check': { ...acme([0, '1.2.1']), memory: '512Mi' },
  'payments/invoicing': { ...acme([0, '1.0.0'], [8, '1.1.0'], [20, '1.2.0']), replicas: 2 },
  'payments/payouts': { ...acme([0, '1.1.0']), replicas: 1 },
  'platform/auth': { ...acme([0, '2.0.0']), replicas: 3 },
  'platform/gateway': { ...acme([0, '1.2.0'], [12, '1.2.1']), replicas: 3, cpu: '200m' },
  'platform/notifications': acme([0, '1.3.0']),
  'platform/feature-flags': acme([0, '1.0.0']),
  'platform/image-resizer': { ...acme([0, '1.1.0']), cpu: '300m', memory: '512Mi' },
  'data/ingest': { ...acme([0, '2.0.0'], [16, '2.0.1']), replicas: 3 },
  'data/warehouse-sync': { ...acme([0, '1.2.0']), replicas: 1 },
  'data/event-router': { ...acme([0, '1.0.0']), replicas: 2 },
  'data/cache': { releases: [[0, 'redis:7-alpine']], port: 6379, replicas: 1 },
  'data/postgres': {
    releases: [[0, 'postgres:16-alpine']],
    port: 5432,
    replicas: 1,
    memory: '1Gi',
    strategy: { type: 'Recreate' },
  },
  'monitoring/prometheus': {
    releases: [
      [0, 'prom/prometheus:v3.4.1'],
      [18, 'prom/prometheus:v3.5.0'],
    ],
    port: 9090,
    replicas: 1,
    health: '/-/healthy',
    memory: '1Gi',
    strategy: { type: 'Recreate' },
  },
  'monitoring/grafana': {
    releases: [[0, 'grafana/grafana:12.0.1']],
    port: 3000,
    replicas: 1,
    memory: '256Mi',
  },
  'monitoring/alertmanager': {
    releases: [[0, 'prom/alertmanager:v0.28.1']],
    port: 9093,
    health: '/-/healthy',
  },
  'monitoring/kube-state-metrics': {
    releases: [[0, 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.16.0']],
    port: 8080,
    replicas: 1,
    health: '/livez',
  },
};

export const FLEET_SIZE = Object.keys(WORKLOADS).length;

const imageOf = (path: string, tag: string): string =>
  tag.includes(':') ? tag : `ghcr.io/acme/${path.split('/')[1] ?? ''}:${tag}`;

function revision(path: string, { releases: _releases, ...options }: Healthy, tag: string): Draft {
  const image = imageOf(path, tag);
  return deployment(path, { ...options, image, cause: `release ${image.slice(image.lastIndexOf(':') + 1)}` });
}

/** What exists from the start: namespaces, Services and each workload's first revision. */
export function fleetSeed(): readonly Draft[] {
  const namespaces = [...new Set(Object.keys(WORKLOADS).map((path) => path.split('/')[0] ?? ''))];
  return [
    ...namespaces.map(namespace),
    ...Object.entries(WORKLOADS).flatMap(([path, workload]) => [
      service(path, workload.port ?? 8080),
      revision(path, workload, workload.releases[0][1]),
    ]),
    ...fleetWorkloads(),
  ];
}

/** The later releases of the healthy workloads: rollouts that went well. */
export function fleetScript(): readonly Step[] {
  return Object.entries(WORKLOADS).flatMap(([path, workload]) =>
    workload.releases.slice(1).map(([minutes, tag]) => ({
      afterMs: minutes * MINUTE,
      title: `${path} ${tag}`,
      apply: [revision(path, workload, tag)],
    })),
  );
}
