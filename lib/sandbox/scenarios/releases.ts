import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';

const checkout = (tag: string) =>
  deployment('shop/checkout', {
    image: `ghcr.io/acme/checkout:${tag}`,
    replicas: 3,
    health: '/healthz',
    cause: `release ${tag}`,
  });

export const appBug = defineScenario({
  id: 'app-bug',
  cause: 'app-bug-exception',
  title: 'checkout 2.4.0 throws a minute and a half after it starts',
  story:
    'The release becomes ready and is rolled out completely; the first discounted order without a customer group kills it with a KeyError.',
  seed: [namespace('shop'), service('shop/checkout', 80, 8080), checkout('2.3.1')],
  script: [after(23 * MINUTE, 'release 2.4.0', checkout('2.4.0'))],
  expect: { namespace: 'shop', workload: 'checkout', reason: 'CrashLoopBackOff', exitCode: 1 },
});

const reportBuilder = (tag: string) =>
  deployment('data/report-builder', {
    image: `ghcr.io/acme/report-builder:${tag}`,
    replicas: 2,
    health: '/healthz',
    memory: '256Mi',
    cause: `release ${tag}`,
  });

export const oom = defineScenario({
  id: 'oom',
  cause: 'oom-limit',
  title: 'report-builder 1.9.0 outgrows its memory limit',
  story:
    'The release caches every report. Its heap grows until the kernel kills it at 256 MiB, about a minute after each start.',
  seed: [namespace('data'), service('data/report-builder', 8080), reportBuilder('1.8.0')],
  script: [after(14 * MINUTE, 'release 1.9.0', reportBuilder('1.9.0'))],
  expect: { namespace: 'data', workload: 'report-builder', reason: 'OOMKilled', exitCode: 137 },
});

const search = (tag: string) =>
  deployment('shop/search', {
    image: `ghcr.io/acme/search:${tag}`,
    replicas: 2,
    port: 9200,
    memory: '512Mi',
    readinessProbe: { httpGet: { path: '/healthz', port: 9200 }, periodSeconds: 5 },
    livenessProbe: {
      httpGet: { path: '/healthz', port: 9200 },
      initialDelaySeconds: 10,
      periodSeconds: 5,
      failureThreshold: 3,
    },
    cause: `release ${tag}`,
  });

export const livenessTooAggressive = defineScenario({
  id: 'liveness-too-aggressive',
  cause: 'liveness-probe-too-aggressive',
  title: 'search 5.3.0 needs a minute to start, its liveness probe gives it twenty seconds',
  story:
    'The index grew. While it loads nothing listens, so the liveness probe fails three times and the kubelet kills it, for ever.',
  seed: [namespace('shop'), service('shop/search', 9200), search('5.2.0')],
  script: [after(31 * MINUTE, 'release 5.3.0', search('5.3.0'))],
  expect: { namespace: 'shop', workload: 'search', reason: 'CrashLoopBackOff', exitCode: 143 },
});

const refunds = (tag: string, probePort: number) =>
  deployment('payments/refunds', {
    image: `ghcr.io/acme/refunds:${tag}`,
    replicas: 3,
    readinessProbe: {
      httpGet: { path: '/healthz', port: probePort },
      initialDelaySeconds: 2,
      periodSeconds: 5,
    },
    livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 15, periodSeconds: 10 },
    cause: `release ${tag}`,
  });

export const readinessWrongPort = defineScenario({
  id: 'readiness-wrong-port',
  cause: 'probe-wrong-port-or-path',
  title: 'refunds is probed on a port it does not listen on',
  story:
    'The readiness probe moved to 8081, the service still listens on 8080: the new pods run but never become ready, the rollout stalls.',
  seed: [namespace('payments'), service('payments/refunds', 80, 8080), refunds('1.2.0', 8080)],
  script: [after(25 * MINUTE, 'release 1.3.0', refunds('1.3.0', 8081))],
  expect: { namespace: 'payments', workload: 'refunds', reason: 'ContainersNotReady' },
});

const featureStore = (options: Partial<DeploymentOptions>) =>
  deployment('data/feature-store', {
    image: 'ghcr.io/acme/feature-store:2.0.1',
    replicas: 2,
    health: '/healthz',
    ...options,
  });

export const insufficientMemory = defineScenario({
  id: 'insufficient-memory',
  cause: 'insufficient-memory',
  title: 'feature-store asks for more memory than any node has',
  story:
    'Requests were raised to 48Gi; nodes have 16Gi. The new pod stays Pending, the old ones keep serving.',
  seed: [namespace('data'), service('data/feature-store', 80, 8080), featureStore({ memory: '512Mi' })],
  script: [after(33 * MINUTE, 'raise the memory request', featureStore({ memory: '48Gi' }))],
  expect: { namespace: 'data', workload: 'feature-store', reason: 'Unschedulable' },
});

export const privateRegistry = defineScenario({
  id: 'private-registry',
  cause: 'pull-secret-absent',
  title: 'license-server comes from a private registry and nobody gave it a pull Secret',
  story: 'A new workload. The registry refuses the anonymous token, so there has never been a good revision.',
  seed: [namespace('platform')],
  script: [
    after(
      35 * MINUTE + 20 * SECOND,
      'first deployment of license-server',
      deployment('platform/license-server', {
        image: 'ghcr.io/acme-internal/license-server:1.1.0',
        replicas: 1,
      }),
    ),
  ],
  expect: { namespace: 'platform', workload: 'license-server', reason: 'ImagePullBackOff' },
});
