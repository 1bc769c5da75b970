import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { Seeded } from './seeded.ts';

export type Workload = {
  readonly kind: 'ReplicaSet' | 'DaemonSet' | 'StatefulSet';
  readonly name: string;
  readonly namespace: string;
  readonly account: string;
  readonly replicas: number;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly owner: Wire;
  readonly containers: readonly Wire[];
  readonly podName: (suffix: string, index: number) => string;
  readonly labels: (pod: string) => Wire;
  readonly volumes: (pod: string) => readonly Wire[];
};

const NAMESPACE_EVERY = 5;
const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 21) / 1000;
const TEAMS = ['payments', 'search', 'web', 'data', 'platform'];
const SIDECAR = { name: 'proxy', image: 'registry.example.com/mesh/proxy:1.24.3' };

/** Workloads without end, in order of namespace and name; `mark` makes names and values those of one page. */
export function* workloads(random: Seeded, mark: string): Generator<Workload> {
  for (let number = 0; ; number++) yield workload(number, random, mark);
}

function workload(number: number, random: Seeded, mark: string): Workload {
  const dice = random.below(20);
  const kind = dice < 15 ? 'ReplicaSet' : dice < 18 ? 'DaemonSet' : 'StatefulSet';
  const app = `svc-${String(number).padStart(2, '0')}-${random.letters(6)}`;
  const hash = random.letters(10);
  const name = kind === 'ReplicaSet' ? `${app}-${hash}` : app;
  const namespace = `team-${mark}-${Math.floor(number / NAMESPACE_EVERY)}`;
  const team = TEAMS[random.below(TEAMS.length)];
  const labels = {
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/instance': `${app}-${mark}`,
    'app.kubernetes.io/version': `1.${random.below(40)}.${random.below(9)}`,
    'app.kubernetes.io/part-of': team,
    ...(kind === 'ReplicaSet' ? { 'pod-template-hash': hash } : { 'controller-revision-hash': hash }),
  };
  const own = kind === 'StatefulSet';
  return {
    kind,
    name,
    namespace,
    account: random.below(2) ? app : 'default',
    replicas: own ? 3 + random.below(5) : 3 + random.below(28),
    createdAt: NOW - random.below(60 * DAY),
    owner: {
      apiVersion: 'apps/v1',
      kind,
      name,
      uid: `d3856821-045d-435f-${random.hex(4)}-${random.hex(6)}${mark}`,
      controller: true,
      blockOwnerDeletion: true,
    },
    containers: containers(app, random, mark),
    podName: (suffix, index) => (own ? `${app}-${index}` : `${name}-${suffix}`),
    labels: (pod) => (own ? { ...labels, 'statefulset.kubernetes.io/pod-name': pod } : labels),
    volumes: (pod) => [
      { name: 'config', configMap: { name: `${app}-config`, defaultMode: 420 } },
      ...(own ? [{ name: 'data', persistentVolumeClaim: { claimName: `data-${pod}` } }] : []),
    ],
  };
}

/** The app, often a proxy beside it, sometimes a third. */
function containers(app: string, random: Seeded, mark: string): readonly Wire[] {
  const dice = random.below(10);
  const count = dice < 3 ? 1 : dice < 8 ? 2 : 3;
  const main = { name: app, image: `registry.example.com/shop/${app}:${mark}` };
  const exporter = { name: 'exporter', image: 'registry.example.com/metrics/exporter:0.9.1' };
  return [main, SIDECAR, exporter].slice(0, count).map(({ name, image }) => ({
    name,
    image,
    imageID: `registry.example.com/shop/${name}@sha256:${random.hex(58)}${mark}`,
    args: ['--listen=:8080', `--name=${app}`],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: environment(app, random, mark),
    resources: {
      limits: { cpu: '1', memory: `${128 << random.below(4)}Mi` },
      requests: { cpu: `${50 + 50 * random.below(10)}m`, memory: '128Mi' },
    },
    volumeMounts: name === app ? [{ name: 'config', readOnly: true, mountPath: '/etc/app' }] : [],
    livenessProbe: probe('/healthz', 10 + random.below(5)),
    readinessProbe: probe('/readyz', 5),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
  }));
}

const environment = (app: string, random: Seeded, mark: string): readonly Wire[] => [
  { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
  { name: 'LOG_LEVEL', value: random.below(4) ? 'info' : 'debug' },
  { name: 'DATABASE_URL', value: `postgres://${app}@db-${mark}.example.internal:5432/${random.letters(8)}` },
  { name: 'CACHE_URL', value: `redis://cache-${random.letters(5)}.example.internal:6379` },
  { name: 'FEATURES', value: `${random.letters(12)},${random.letters(9)}` },
  { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: `${app}-db`, key: 'password' } } },
];

const probe = (path: string, delay: number): Wire => ({
  httpGet: { path, port: 'http', scheme: 'HTTP' },
  initialDelaySeconds: delay,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
});
