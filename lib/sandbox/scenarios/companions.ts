import type { ContainerSpec } from '#lib/sandbox/client/objects.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';
import { headlessService, statefulSet } from './workload-manifests.ts';

const small = { cpu: '20m', memory: '64Mi', health: '/healthz' } as const;
const resources = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } };

const ledgerWriter = (migration: string) =>
  deployment('payments/ledger-writer', {
    image: 'ghcr.io/acme/orders:1.8.0',
    ...small,
    pod: {
      initContainers: [{ name: 'migrate', image: `ghcr.io/acme/migrate:${migration}`, resources }],
    },
    cause: `schema ${migration}`,
  });

export const initFailing = defineScenario({
  id: 'init-failing',
  cause: 'init-container-failing',
  title: 'a migration fails before ledger-writer may start',
  story:
    'The new schema was tried by hand first, so its column exists already. The init container fails again and again; the program itself has not been started once.',
  seed: [namespace('payments'), service('payments/ledger-writer', 80, 8080), ledgerWriter('1.0.0')],
  script: [after(21 * MINUTE + 30 * SECOND, 'schema 1.1.0', ledgerWriter('1.1.0'))],
  expect: {
    namespace: 'payments',
    workload: 'ledger-writer',
    container: 'migrate',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 2,
    log: 'migration 0042: column "tier" already exists',
  },
});

const waitFor = (host: string): ContainerSpec => ({
  name: 'wait-for-broker',
  image: 'ghcr.io/acme/wait-for:1.0.0',
  env: [
    { name: 'WAIT_HOST', value: host },
    { name: 'WAIT_PORT', value: '6379' },
  ],
  resources,
});

const stream = (host: string) =>
  statefulSet('data/stream', {
    image: 'ghcr.io/acme/orders:1.8.0',
    ...small,
    replicas: 2,
    pod: { initContainers: [waitFor(host)] },
    cause: `wait for ${host}`,
  });

const broker = (options: Partial<DeploymentOptions> = {}) =>
  deployment('data/broker', {
    image: 'redis:7-alpine',
    port: 6379,
    replicas: 1,
    cpu: '20m',
    memory: '64Mi',
    ...options,
  });

export const initWaiting = defineScenario({
  id: 'init-waiting',
  cause: 'init-container-waits-for-missing-object',
  title: 'stream waits for a Service that was renamed',
  story:
    'An init container waits for the broker before the program may start. It waits for broker-headless, which no longer exists, gives up after a minute and is started again; the second pod of the StatefulSet still runs.',
  seed: [
    namespace('data'),
    service('data/broker', 6379),
    broker(),
    headlessService('data/stream', 8080),
    stream('broker'),
  ],
  script: [after(18 * MINUTE + 30 * SECOND, 'wait for broker-headless', stream('broker-headless'))],
  expect: {
    namespace: 'data',
    workload: 'stream',
    kind: 'StatefulSet',
    container: 'wait-for-broker',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: 'waiting for broker-headless:6379',
  },
});

const proxied = (tag: string) =>
  deployment('shop/returns', {
    image: 'ghcr.io/acme/orders:1.8.0',
    ...small,
    container: 'returns',
    pod: {
      initContainers: [
        { name: 'proxy', image: `ghcr.io/acme/sidecar-proxy:${tag}`, restartPolicy: 'Always', resources },
      ],
    },
    cause: `proxy ${tag}`,
  });

export const sidecarCrashing = defineScenario({
  id: 'sidecar-crashing',
  cause: 'sidecar-crashing',
  title: 'the proxy beside returns crashes, returns itself runs',
  story:
    'The proxy became a sidecar container of its own. Its new version finds no bootstrap configuration and panics after eight seconds; the program beside it answers all the time.',
  seed: [namespace('shop'), service('shop/returns', 80, 8080), proxied('1.0.0')],
  script: [after(26 * MINUTE + 10 * SECOND, 'proxy 1.1.0', proxied('1.1.0'))],
  expect: {
    namespace: 'shop',
    workload: 'returns',
    container: 'proxy',
    reason: 'CrashLoopBackOff',
    ended: 'Error',
    exitCode: 2,
    log: 'no bootstrap configuration',
  },
});

/** Init containers and sidecars: the program is well, what comes with it is not. */
export const COMPANIONS = [initFailing, initWaiting, sidecarCrashing];
