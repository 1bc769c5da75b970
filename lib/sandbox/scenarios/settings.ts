import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND } from './scenario.ts';

const small = { cpu: '20m', memory: '64Mi', health: '/healthz' } as const;

const orders = (options: Partial<DeploymentOptions>) =>
  deployment('shop/orders', { image: 'ghcr.io/acme/orders:1.8.0', ...small, ...options });

export const missingEnv = defineScenario({
  id: 'missing-env',
  cause: 'missing-env-var',
  title: 'orders 1.9.0 needs DATABASE_URL, and nobody set it',
  story:
    'The release replaced four variables by one connection string. It was set by hand in the test environment and never reached the manifest: each new pod gives up within a second.',
  seed: [
    namespace('shop'),
    service('shop/orders', 80, 8080),
    orders({ env: [{ name: 'LOG_LEVEL', value: 'info' }], cause: 'release 1.8.0' }),
  ],
  script: [
    after(
      16 * MINUTE,
      'release 1.9.0',
      orders({
        image: 'ghcr.io/acme/orders:1.9.0',
        env: [{ name: 'LOG_LEVEL', value: 'info' }],
        cause: 'release 1.9.0',
      }),
    ),
  ],
  expect: {
    namespace: 'shop',
    workload: 'orders',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: 'missing required environment variable DATABASE_URL',
  },
});

const shipping = (tag: string, poolSize: string) =>
  deployment('shop/shipping', {
    image: `ghcr.io/acme/shipping:${tag}`,
    ...small,
    env: [
      { name: 'CARRIER', value: 'dhl' },
      { name: 'POOL_SIZE', value: poolSize },
    ],
    cause: `release ${tag}, pool size ${poolSize}`,
  });

export const invalidEnv = defineScenario({
  id: 'invalid-env',
  cause: 'invalid-env-value',
  title: 'shipping gets a pool size that is no number',
  story: 'POOL_SIZE was set to "ten" in the values file. The program reads it at its start and throws.',
  seed: [namespace('shop'), service('shop/shipping', 80, 8080), shipping('2.4.0', '10')],
  script: [after(22 * MINUTE + 20 * SECOND, 'set the pool size', shipping('2.4.0', 'ten'))],
  expect: {
    namespace: 'shop',
    workload: 'shipping',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: "ValueError: invalid literal for int() with base 10: 'ten'",
  },
});

const exporter = (tag: string) =>
  deployment('monitoring/exporter', {
    image: `ghcr.io/acme/exporter:${tag}`,
    ...small,
    replicas: 1,
    port: 8080,
    cause: `release ${tag}`,
  });

export const missingConfigFile = defineScenario({
  id: 'missing-config-file',
  cause: 'missing-config-file',
  title: 'exporter 1.0.0 reads a configuration file nobody mounts',
  story:
    'Until now it was configured by flags. The release reads /etc/exporter/config.yaml; neither a ConfigMap nor a mount came with it.',
  seed: [namespace('monitoring'), service('monitoring/exporter', 8080), exporter('0.9.0')],
  script: [after(31 * MINUTE, 'release 1.0.0', exporter('1.0.0'))],
  expect: {
    namespace: 'monitoring',
    workload: 'exporter',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: 'open /etc/exporter/config.yaml: no such file or directory',
  },
});

const thumbnails = (tag: string) =>
  deployment('platform/thumbnails', {
    image: `ghcr.io/acme/thumbnails:${tag}`,
    ...small,
    cause: `release ${tag}`,
  });

export const pathPermissionDenied = defineScenario({
  id: 'path-permission-denied',
  cause: 'image-path-permission-denied',
  title: 'thumbnails 3.2.0 may not write to its cache directory',
  story:
    'The release caches on disk, in a directory of the image that belongs to root. Its image runs as user 10001.',
  seed: [namespace('platform'), service('platform/thumbnails', 80, 8080), thumbnails('3.1.0')],
  script: [after(26 * MINUTE, 'release 3.2.0', thumbnails('3.2.0'))],
  expect: {
    namespace: 'platform',
    workload: 'thumbnails',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: "PermissionError: [Errno 13] Permission denied: '/var/cache/thumbnails'",
  },
});

const previews = (options: Partial<DeploymentOptions>) =>
  deployment('platform/previews', {
    image: 'ghcr.io/acme/thumbnails:3.2.0',
    ...small,
    replicas: 1,
    ...options,
  });

export const readOnlyFileSystem = defineScenario({
  id: 'read-only-file-system',
  cause: 'read-only-filesystem',
  title: 'previews was hardened and cannot write its cache any more',
  story:
    'A security review asked for a read-only root file system. The cache directory needs an emptyDir then, which was forgotten.',
  seed: [
    namespace('platform'),
    previews({ securityContext: { runAsUser: 0 }, cause: 'previews from the thumbnails image' }),
  ],
  script: [
    after(
      19 * MINUTE,
      'harden previews',
      previews({
        securityContext: { runAsUser: 0, readOnlyRootFilesystem: true },
        cause: 'read-only root file system',
      }),
    ),
  ],
  expect: {
    namespace: 'platform',
    workload: 'previews',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
    log: "OSError: [Errno 30] Read-only file system: '/var/cache/thumbnails'",
  },
});

const audit = (options: Partial<DeploymentOptions>) =>
  deployment('payments/audit', { image: 'ghcr.io/acme/audit:2.4.0', ...small, ...options });

export const runAsNonRoot = defineScenario({
  id: 'run-as-non-root',
  cause: 'run-as-non-root-root-image',
  title: 'audit must not run as root, and its image does',
  story:
    'runAsNonRoot was switched on for the whole namespace. The image names no user, so the kubelet refuses to create the container; there is no crash and no log.',
  seed: [namespace('payments'), service('payments/audit', 80, 8080), audit({ cause: 'release 2.4.0' })],
  script: [
    after(
      28 * MINUTE + 30 * SECOND,
      'forbid root',
      audit({ pod: { securityContext: { runAsNonRoot: true } }, cause: 'restricted security context' }),
    ),
  ],
  expect: {
    namespace: 'payments',
    workload: 'audit',
    reason: 'CreateContainerConfigError',
    says: 'container has runAsNonRoot and image will run as root',
  },
});

/** Containers that start, and find something around them they cannot live with. */
export const SETTINGS = [
  missingEnv,
  invalidEnv,
  missingConfigFile,
  pathPermissionDenied,
  readOnlyFileSystem,
  runAsNonRoot,
];
