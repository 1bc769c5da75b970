import { deployment, dockerConfig, namespace, pullSecret, secret, service } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';

const GHCR = { 'ghcr.io': { username: 'acme-deploy', password: 'read-packages' } };

const licenses = (tag: string, login: string) =>
  deployment('compliance/license-server', {
    image: `ghcr.io/acme-internal/license-server:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
    pod: { imagePullSecrets: [{ name: login }] },
  });

const wrongType = defineScenario({
  id: 'pull-secret-wrong-type',
  cause: 'pull-secret-wrong-type',
  title: 'license-server is given a pull Secret that was made with `create secret generic`',
  story:
    'The login is right and under the right key, but the Secret is Opaque: the kubelet passes it over in silence and asks as a stranger.',
  seed: [namespace('compliance'), pullSecret('compliance/ghcr', GHCR), licenses('1.0.0', 'ghcr')],
  script: [
    after(
      19 * MINUTE + 30 * SECOND,
      'release 1.1.0 with the new login',
      secret('compliance/ghcr-login', { '.dockerconfigjson': dockerConfig(GHCR) }),
      licenses('1.1.0', 'ghcr-login'),
    ),
  ],
  expect: {
    namespace: 'compliance',
    workload: 'license-server',
    reason: 'ImagePullBackOff',
    says: 'failed to fetch anonymous token',
  },
});

const portal = (image: string) =>
  deployment('customers/portal', {
    image,
    replicas: 3,
    health: '/healthz',
    cause: `release ${image.slice(image.lastIndexOf(':') + 1)}`,
    pod: { imagePullSecrets: [{ name: 'registry-login' }] },
  });

const otherHost = defineScenario({
  id: 'pull-secret-other-host',
  cause: 'pull-secret-not-matching-registry',
  title: 'portal moved to another registry, its pull Secret did not',
  story:
    'Up to 1.1.0 the image came from Harbor. The release comes from ghcr.io, and the Secret still knows harbor.acme.example only.',
  seed: [
    namespace('customers'),
    pullSecret('customers/registry-login', {
      'harbor.acme.example': { username: 'robot$portal', password: 'harbor-robot' },
    }),
    service('customers/portal', 80, 8080),
    portal('harbor.acme.example/team/portal:1.1.0'),
  ],
  script: [after(24 * MINUTE, 'release 1.2.0', portal('ghcr.io/acme-internal/portal:1.2.0'))],
  expect: {
    namespace: 'customers',
    workload: 'portal',
    reason: 'ImagePullBackOff',
    says: 'failed to fetch anonymous token',
  },
});

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const LONG_AGO_SECONDS = Date.UTC(2025, 10, 3, 7, 30) / SECOND;

/** What `aws ecr get-login-password` prints is the base64 of JSON; the end of its life is in seconds. */
const ecrToken = (fields: object): string =>
  Buffer.from(
    JSON.stringify({ payload: 'sandbox', datakey: 'sandbox', version: '2', type: 'DATA_KEY', ...fields }),
  ).toString('base64');

const ecrLogin = (password: string) =>
  pullSecret('acquiring/ecr-login', { [ECR]: { username: 'AWS', password } });

const gateway = (tag: string) =>
  deployment('acquiring/gateway', {
    image: `${ECR}/payments/gateway:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
    pod: { imagePullSecrets: [{ name: 'ecr-login' }] },
  });

const tokenExpired = defineScenario({
  id: 'ecr-token-expired',
  cause: 'registry-token-expired',
  title: 'gateway cannot be pulled: the token of ECR in its Secret is long dead',
  story:
    'Tokens of ECR live for twelve hours. A sync put the one back that somebody had committed once; what runs goes on, and the next release is refused.',
  seed: [
    namespace('acquiring'),
    ecrLogin(ecrToken({})),
    service('acquiring/gateway', 80, 8080),
    gateway('1.0.0'),
  ],
  script: [
    after(
      13 * MINUTE,
      'the sync brings the token of the repository',
      ecrLogin(ecrToken({ expiration: LONG_AGO_SECONDS })),
    ),
    after(22 * MINUTE + 20 * SECOND, 'release 1.1.0', gateway('1.1.0')),
  ],
  expect: {
    namespace: 'acquiring',
    workload: 'gateway',
    reason: 'ImagePullBackOff',
    says: '403 Forbidden',
  },
});

/** There is a pull Secret, and it does not help. */
export const PULL_SECRETS: readonly Scenario[] = [wrongType, otherHost, tokenExpired];
