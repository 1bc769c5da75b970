import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';

const small = { cpu: '20m', memory: '64Mi' } as const;

const statusPage = (options: Partial<DeploymentOptions>) =>
  deployment('shop/status-page', {
    image: 'ghcr.io/acme/status-page:1.0.0',
    ...small,
    health: '/healthz',
    ...options,
  });

export const livenessWrongPath = defineScenario({
  id: 'liveness-wrong-path',
  cause: 'probe-wrong-port-or-path',
  title: 'status-page 1.2.0 moved its health page, and only one probe was told',
  story:
    'The release answers on /internal/health. The readiness probe was changed, the liveness probe still asks /healthz and gets 404, so pods that serve well are restarted, for ever. They end politely: exit code 0.',
  seed: [namespace('shop'), service('shop/status-page', 80, 8080), statusPage({ cause: 'release 1.0.0' })],
  script: [
    after(
      14 * MINUTE,
      'release 1.2.0',
      statusPage({
        image: 'ghcr.io/acme/status-page:1.2.0',
        readinessProbe: {
          httpGet: { path: '/internal/health', port: 8080 },
          initialDelaySeconds: 2,
          periodSeconds: 5,
        },
        cause: 'release 1.2.0',
      }),
    ),
  ],
  expect: {
    namespace: 'shop',
    workload: 'status-page',
    reason: 'CrashLoopBackOff',
    ended: 'Completed',
    exitCode: 0,
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: 'Liveness probe failed: HTTP probe failed with statuscode: 404',
  },
});

const legacyApi = (tag: string) =>
  deployment('payments/legacy-api', {
    image: `ghcr.io/acme/legacy-api:${tag}`,
    ...small,
    health: '/healthz',
    cause: `release ${tag}`,
  });

export const livenessWrongPort = defineScenario({
  id: 'liveness-wrong-port',
  cause: 'probe-wrong-port-or-path',
  title: 'legacy-api 2.2.0 listens on 3000, everybody asks on 8080',
  story:
    'The framework was replaced and brought its own default port. It says so in its log; both probes are refused on 8080, and the kubelet restarts it each time the liveness probe has failed three times.',
  seed: [namespace('payments'), service('payments/legacy-api', 80, 8080), legacyApi('2.0.0')],
  script: [after(16 * MINUTE + 30 * SECOND, 'release 2.2.0', legacyApi('2.2.0'))],
  expect: {
    namespace: 'payments',
    workload: 'legacy-api',
    reason: 'CrashLoopBackOff',
    ended: 'Completed',
    exitCode: 0,
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: ':8080: connect: connection refused',
    log: 'listening on 0.0.0.0:3000',
  },
});

const secureApi = (tag: string) =>
  deployment('platform/secure-api', {
    image: `ghcr.io/acme/secure-api:${tag}`,
    ...small,
    health: '/healthz',
    cause: `release ${tag}`,
  });

export const schemeMismatch = defineScenario({
  id: 'https-mismatch',
  cause: 'probe-scheme-mismatch',
  title: 'secure-api 1.1.0 speaks TLS, its probes do not',
  story:
    'TLS was switched on in the program. Its probes still speak plain HTTP, are answered with 400, and the pods are never ready and restarted every half minute.',
  seed: [namespace('platform'), service('platform/secure-api', 443, 8080), secureApi('1.0.0')],
  script: [after(29 * MINUTE + 30 * SECOND, 'release 1.1.0', secureApi('1.1.0'))],
  expect: {
    namespace: 'platform',
    workload: 'secure-api',
    reason: 'CrashLoopBackOff',
    ended: 'Completed',
    exitCode: 0,
    event: { reason: 'Unhealthy', about: 'Pod' },
    says: 'Liveness probe failed: HTTP probe failed with statuscode: 400',
  },
});

const planner = (tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment('data/planner', {
    image: `ghcr.io/acme/slow-boot:${tag}`,
    replicas: 1,
    cpu: '50m',
    memory: '256Mi',
    health: '/healthz',
    cause: `release ${tag}`,
    ...options,
  });

export const slowStart = defineScenario({
  id: 'slow-start',
  cause: 'liveness-probe-too-aggressive',
  title: 'planner 2.0.0 needs 75 seconds to start and has no startup probe',
  story:
    'The release reads its models first. The liveness probe gives it 35 seconds, so it is killed before it has ever listened: exit code 143, in the middle of its start.',
  seed: [namespace('data'), service('data/planner', 80, 8080), planner('1.0.0')],
  script: [after(12 * MINUTE, 'release 2.0.0', planner('2.0.0'))],
  expect: {
    namespace: 'data',
    workload: 'planner',
    reason: 'CrashLoopBackOff',
    exitCode: 143,
    event: { reason: 'Killing', about: 'Pod' },
    says: 'failed liveness probe, will be restarted',
  },
});

const forecast = (tag: string) =>
  deployment('data/forecast', {
    image: `ghcr.io/acme/slow-boot:${tag}`,
    replicas: 1,
    cpu: '50m',
    memory: '256Mi',
    health: '/healthz',
    startupProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 6 },
    cause: `release ${tag}`,
  });

export const startupTooShort = defineScenario({
  id: 'startup-too-short',
  cause: 'startup-probe-killed',
  title: 'forecast 2.0.0 needs 75 seconds to start, its startup probe allows thirty',
  story:
    'Somebody thought of a startup probe, for the release before. Six tries of five seconds are over long before the new one listens, and the kubelet kills it.',
  seed: [namespace('data'), service('data/forecast', 80, 8080), forecast('1.0.0')],
  script: [after(32 * MINUTE, 'release 2.0.0', forecast('2.0.0'))],
  expect: {
    namespace: 'data',
    workload: 'forecast',
    reason: 'CrashLoopBackOff',
    exitCode: 143,
    event: { reason: 'Killing', about: 'Pod' },
    says: 'failed startup probe, will be restarted',
  },
});

/** Containers that would run if nobody killed them. */
export const LIVENESS_PROBES = [
  livenessWrongPath,
  livenessWrongPort,
  schemeMismatch,
  slowStart,
  startupTooShort,
];
