import { configMap, deployment, namespace, secret, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';
import { cronJob, daemonSet } from './workload-manifests.ts';

const acme = (path: string, tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment(path, {
    image: `ghcr.io/acme/${path.split('/')[1] ?? ''}:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
    ...options,
  });

const configMapMissing = defineScenario({
  id: 'configmap-missing',
  cause: 'configmap-not-found',
  title: 'returns 1.2.0 wants a ConfigMap that exists under its generated name only',
  story:
    'The release was applied with kubectl apply -f instead of -k. What kustomize would have pointed at returns-settings-7c9d8b4f5k still says returns-settings, and there is no such ConfigMap.',
  seed: [
    namespace('aftersales'),
    configMap('aftersales/returns-settings-7c9d8b4f5k', { RETURN_WINDOW_DAYS: '30', LABEL_PRINTER: 'on' }),
    service('aftersales/returns', 80, 8080),
    acme('aftersales/returns', '1.1.0', {
      envFrom: [{ configMapRef: { name: 'returns-settings-7c9d8b4f5k' } }],
    }),
  ],
  script: [
    after(
      31 * MINUTE + 20 * SECOND,
      'kubectl apply -f base/',
      acme('aftersales/returns', '1.2.0', { envFrom: [{ configMapRef: { name: 'returns-settings' } }] }),
    ),
  ],
  expect: {
    namespace: 'aftersales',
    workload: 'returns',
    reason: 'CreateContainerConfigError',
    says: 'configmap "returns-settings" not found',
  },
});

const smtpPassword = {
  name: 'SMTP_PASSWORD',
  valueFrom: { secretKeyRef: { name: 'smtp-credentials', key: 'password' } },
};

const secretMissing = defineScenario({
  id: 'secret-missing',
  cause: 'secret-not-found',
  title: 'receipts 2.1.0 wants a Secret nobody made in this namespace',
  story:
    'The release sends mail itself. smtp-credentials was made in staging by hand, and forgotten in production.',
  seed: [namespace('receipts'), service('receipts/receipts', 80, 8080), acme('receipts/receipts', '2.0.1')],
  script: [
    after(
      18 * MINUTE + 30 * SECOND,
      'release 2.1.0',
      acme('receipts/receipts', '2.1.0', { env: [smtpPassword] }),
    ),
  ],
  expect: {
    namespace: 'receipts',
    workload: 'receipts',
    reason: 'CreateContainerConfigError',
    says: 'secret "smtp-credentials" not found',
  },
});

const bookings = (tag: string, key: string) =>
  acme('travel/bookings', tag, {
    replicas: 3,
    env: [
      { name: 'DB_HOST', value: 'bookings-db' },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'bookings-db', key } } },
    ],
  });

const secretKeyMissing = defineScenario({
  id: 'secret-key-missing',
  cause: 'secret-key-not-found',
  title: 'bookings 1.3.0 asks a Secret for db_password; the key is called db-password',
  story:
    'Somebody tidied the manifest and wrote the key as the variable is written. The Secret kept its own spelling.',
  seed: [
    namespace('travel'),
    secret('travel/bookings-db', { 'db-user': 'bookings', 'db-password': 'correct-horse' }),
    service('travel/bookings', 80, 8080),
    bookings('1.2.1', 'db-password'),
  ],
  script: [after(23 * MINUTE + 10 * SECOND, 'release 1.3.0', bookings('1.3.0', 'db_password'))],
  expect: {
    namespace: 'travel',
    workload: 'bookings',
    reason: 'CreateContainerConfigError',
    says: "couldn't find key db_password in Secret travel/bookings-db",
  },
});

const priceSync = (key: string) =>
  cronJob(
    'wholesale/price-sync',
    {
      image: 'ghcr.io/acme/batch-export:1.0.0',
      env: [{ name: 'PRICE_LIST_URL', valueFrom: { configMapKeyRef: { name: 'price-sync', key } } }],
    },
    { schedule: '*/5 * * * *', concurrencyPolicy: 'Forbid' },
  );

const configMapKeyMissing = defineScenario({
  id: 'configmap-key-missing',
  cause: 'configmap-key-not-found',
  title: 'price-sync reads a key of its ConfigMap that was renamed',
  story:
    'A CronJob runs every five minutes. The key became PRICE_LIST_URL in the manifest and stayed PRICELIST_URL in the ConfigMap; the first Job after that never starts its container, and Forbid keeps all later ones away.',
  onlyInSandbox:
    'a CronJob starts by the clock of its controller, and that of a control plane does not follow the story',
  seed: [
    namespace('wholesale'),
    configMap('wholesale/price-sync', { PRICELIST_URL: 'https://prices.acme.example/list.csv' }),
    priceSync('PRICELIST_URL'),
  ],
  script: [after(22 * MINUTE + 50 * SECOND, 'rename the key', priceSync('PRICE_LIST_URL'))],
  expect: {
    namespace: 'wholesale',
    workload: 'price-sync',
    kind: 'CronJob',
    reason: 'CreateContainerConfigError',
    says: "couldn't find key PRICE_LIST_URL in ConfigMap wholesale/price-sync",
  },
});

const ingressProxy = (configuration: string) =>
  daemonSet('edge/ingress-proxy', {
    image: 'nginx:1.28-alpine',
    port: 80,
    memory: '64Mi',
    cause: `configuration from ${configuration}`,
    volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }],
    pod: { volumes: [{ name: 'conf', configMap: { name: configuration } }] },
  });

const volumeConfigMapMissing = defineScenario({
  id: 'volume-configmap-missing',
  cause: 'configmap-not-found',
  title: 'ingress-proxy mounts a ConfigMap that was never applied',
  story:
    'A DaemonSet takes its configuration from a volume. The new revision names proxy-conf-v2; on the first node it is rolled out to, the pod hangs in ContainerCreating and only an Event says why.',
  seed: [
    namespace('edge'),
    configMap('edge/proxy-conf-v1', { 'default.conf': 'server { listen 80; return 204; }\n' }),
    ingressProxy('proxy-conf-v1'),
  ],
  script: [after(28 * MINUTE, 'switch to proxy-conf-v2', ingressProxy('proxy-conf-v2'))],
  expect: {
    namespace: 'edge',
    workload: 'ingress-proxy',
    kind: 'DaemonSet',
    reason: 'ContainerCreating',
    event: { reason: 'FailedMount', about: 'Pod' },
    says: 'MountVolume.SetUp failed for volume "conf" : configmap "proxy-conf-v2" not found',
  },
});

/** What a container is made of is not there. */
export const CONFIGURATION: readonly Scenario[] = [
  configMapMissing,
  secretMissing,
  secretKeyMissing,
  configMapKeyMissing,
  volumeConfigMapMissing,
];
