import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';
import { headlessService, statefulSet } from './workload-manifests.ts';

const site = (tag: string) =>
  deployment('www/site', { image: `acme/site:${tag}`, replicas: 3, memory: '64Mi', cause: `release ${tag}` });

const rateLimited = defineScenario({
  id: 'registry-rate-limited',
  cause: 'registry-rate-limited',
  title: 'site 1.1.0 comes from Docker Hub, which has had enough of this address',
  story:
    'All nodes leave through one address and pull without a login. Docker Hub counts that address, and answers 429 until its window is over.',
  seed: [namespace('www'), service('www/site', 80, 8080), site('1.0.0')],
  script: [after(27 * MINUTE + 45 * SECOND, 'release 1.1.0', site('1.1.0'))],
  expect: { namespace: 'www', workload: 'site', reason: 'ImagePullBackOff', says: 'toomanyrequests' },
});

const suggest = (image: string) =>
  deployment('catalog/suggest', { image, health: '/healthz', cause: `use ${image.split('/')[0] ?? ''}` });

const registryUnknown = defineScenario({
  id: 'registry-dns',
  cause: 'registry-dns-failure',
  title: 'suggest comes from a registry whose name only the office network knows',
  story:
    'The image was pushed to registry.corp.acme.internal over the VPN. The resolver of the nodes knows no such host.',
  seed: [namespace('catalog'), service('catalog/suggest', 80, 8080), suggest('ghcr.io/acme/suggest:2.0.1')],
  script: [
    after(
      15 * MINUTE + 15 * SECOND,
      'release 2.1.0',
      suggest('registry.corp.acme.internal/acme/suggest:2.1.0'),
    ),
  ],
  expect: { namespace: 'catalog', workload: 'suggest', reason: 'ImagePullBackOff', says: 'no such host' },
});

const stockIndex = (registry: string, tag: string) =>
  statefulSet('inventory/stock-index', {
    image: `${registry}/acme/stock-index:${tag}`,
    replicas: 3,
    health: '/healthz',
    cause: `release ${tag} from ${registry}`,
  });

const registryUntrusted = defineScenario({
  id: 'registry-tls',
  cause: 'registry-tls-untrusted',
  title: 'stock-index comes from a registry whose certificate no node trusts',
  story:
    'The company registry has a certificate of the company authority, which was never installed on the nodes. The highest ordinal is replaced first and stays down; the others go on with the old image.',
  seed: [
    namespace('inventory'),
    headlessService('inventory/stock-index', 8080),
    stockIndex('ghcr.io', '2.0.0'),
  ],
  script: [after(30 * MINUTE + 10 * SECOND, 'release 2.0.1', stockIndex('registry.acme.example', '2.0.1'))],
  expect: {
    namespace: 'inventory',
    workload: 'stock-index',
    kind: 'StatefulSet',
    reason: 'ImagePullBackOff',
    says: 'x509: certificate signed by unknown authority',
  },
});

const CACHE = 'cache.acme.example';
const FIRST = 'logistics/picking';
const OTHERS = [
  'logistics/packing',
  'logistics/dispatch',
  'crm/contacts',
  'crm/tickets',
  'crm/surveys',
  'finance/tax-rates',
  'finance/reminders',
  'editorial/page-editor',
] as const;
const NINE = [FIRST, ...OTHERS];

const everyone = (registry: string, tag: string): readonly Draft[] =>
  NINE.map((path) =>
    deployment(path, {
      image: `${registry}/acme/${path.split('/')[1] ?? ''}:${tag}`,
      health: '/healthz',
      cause: `pull ${tag} through ${registry}`,
    }),
  );

const oneForMany = defineScenario({
  id: 'registry-down-for-many',
  cause: 'registry-server-error',
  title: 'nine workloads of four teams are rolled out through a cache that answers 503',
  story:
    'The platform team points everybody to the new pull-through cache within three minutes. Its storage is full: every manifest is answered with 503. One cause, nine stuck rollouts.',
  seed: [
    ...['logistics', 'crm', 'finance', 'editorial'].map(namespace),
    ...NINE.map((path) => service(path, 80, 8080)),
    ...everyone('ghcr.io', '1.2.0'),
  ],
  script: everyone(CACHE, '1.2.1').map((rollout, index) =>
    after(25 * MINUTE + index * 20 * SECOND, `move ${rollout.metadata.name ?? ''} to the cache`, rollout),
  ),
  expect: {
    namespace: 'logistics',
    workload: 'picking',
    reason: 'ImagePullBackOff',
    says: '503 Service Unavailable',
    others: OTHERS,
  },
});

/** The image is fine, the registry is not. */
export const REGISTRIES: readonly Scenario[] = [rateLimited, registryUnknown, registryUntrusted, oneForMany];
