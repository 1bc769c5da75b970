import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';

const small = { cpu: '20m', memory: '64Mi' } as const;
const alive = { tcpSocket: { port: 8080 }, initialDelaySeconds: 15, periodSeconds: 10 };
const asks = (path: string) => ({ httpGet: { path, port: 8080 }, initialDelaySeconds: 2, periodSeconds: 5 });

const pricingAdmin = (tag: string) =>
  deployment('shop/pricing-admin', {
    image: `ghcr.io/acme/legacy-api:${tag}`,
    ...small,
    readinessProbe: asks('/healthz'),
    livenessProbe: undefined,
    cause: `release ${tag}`,
  });

export const bindsLocalhost = defineScenario({
  id: 'binds-localhost',
  cause: 'app-binds-localhost',
  title: 'pricing-admin 2.1.0 listens on 127.0.0.1 only',
  story:
    'A developer default was released. Inside the pod everything answers; the kubelet asks at the address of the pod and is refused, so it never becomes ready. Nothing is restarted.',
  seed: [namespace('shop'), service('shop/pricing-admin', 80, 8080), pricingAdmin('2.0.0')],
  script: [after(25 * MINUTE + 30 * SECOND, 'release 2.1.0', pricingAdmin('2.1.0'))],
  expect: {
    namespace: 'shop',
    workload: 'pricing-admin',
    reason: 'ContainersNotReady',
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: ':8080: connect: connection refused',
    log: 'listening on 127.0.0.1:8080',
  },
});

const redis = (replicas: number) =>
  deployment('basket/redis', {
    image: 'redis:7-alpine',
    port: 6379,
    replicas,
    ...small,
    strategy: { type: 'Recreate' },
  });

const basket = deployment('basket/basket', {
  image: 'ghcr.io/acme/basket:1.5.0',
  ...small,
  replicas: 3,
  env: [{ name: 'REDIS_HOST', value: 'redis' }],
  readinessProbe: asks('/readyz'),
  livenessProbe: alive,
  cause: 'release 1.5.0',
});

export const readinessDependencyDown = defineScenario({
  id: 'readiness-dependency-down',
  cause: 'probe-dependency-down',
  title: 'basket is not ready because its Redis was scaled to nothing',
  story:
    'Nobody touched basket. Its readiness page asks Redis, which was scaled down to be moved; all three pods answer 503 at once and no endpoint is left.',
  seed: [
    namespace('basket'),
    service('basket/redis', 6379),
    redis(1),
    service('basket/basket', 80, 8080),
    basket,
  ],
  script: [after(28 * MINUTE, 'scale redis to 0', redis(0))],
  expect: {
    namespace: 'basket',
    workload: 'basket',
    reason: 'ContainersNotReady',
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    log: 'connect ECONNREFUSED',
  },
});

const noticeBoard = (tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment('platform/notice-board', {
    image: `ghcr.io/acme/status-page:${tag}`,
    ...small,
    readinessProbe: asks('/healthz'),
    livenessProbe: alive,
    cause: `release ${tag}`,
    ...options,
  });

export const readinessServerError = defineScenario({
  id: 'readiness-500',
  cause: 'probe-non-2xx',
  title: 'the health page of notice-board 1.1.0 answers 500',
  story:
    'The health page of the release throws. Liveness only connects, so nothing is restarted; the new pod never becomes ready and the rollout stands still.',
  seed: [namespace('platform'), service('platform/notice-board', 80, 8080), noticeBoard('1.0.0')],
  script: [after(22 * MINUTE + 40 * SECOND, 'release 1.1.0', noticeBoard('1.1.0'))],
  expect: {
    namespace: 'platform',
    workload: 'notice-board',
    reason: 'ContainersNotReady',
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
  },
});

const incidentsPage = (tag: string) =>
  deployment('monitoring/incidents-page', {
    image: `ghcr.io/acme/status-page:${tag}`,
    ...small,
    readinessProbe: asks('/healthz'),
    livenessProbe: alive,
    cause: `release ${tag}`,
  });

export const readinessTimeout = defineScenario({
  id: 'readiness-timeout',
  cause: 'probe-timeout',
  title: 'the health page of incidents-page 1.3.0 does not answer in time',
  story:
    'The health page now asks every backend first, one after the other. The probe waits the default of one second and gives up.',
  seed: [namespace('monitoring'), service('monitoring/incidents-page', 80, 8080), incidentsPage('1.0.0')],
  script: [after(33 * MINUTE, 'release 1.3.0', incidentsPage('1.3.0'))],
  expect: {
    namespace: 'monitoring',
    workload: 'incidents-page',
    reason: 'ContainersNotReady',
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  },
});

/** Containers that run, and are not trusted with traffic. */
export const READINESS_PROBES = [
  bindsLocalhost,
  readinessDependencyDown,
  readinessServerError,
  readinessTimeout,
];
