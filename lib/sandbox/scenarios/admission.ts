import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';
import { daemonSet } from './workload-manifests.ts';

const acme = (path: string, tag: string, options: Partial<DeploymentOptions> = {}) =>
  deployment(path, {
    image: `ghcr.io/acme/${path.split('/')[1] ?? ''}:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
    ...options,
  });

function quota(path: string, hard: Readonly<Record<string, string>>): Draft {
  const [namespace = '', name = ''] = path.split('/');
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name }, spec: { hard } };
}

/** The Pods of what runs were admitted when they were made; rules ask new ones only. */
const refused = (namespace: string, workload: string) =>
  ({
    namespace,
    workload,
    reason: 'FailedCreate',
    noPod: true,
    event: { reason: 'FailedCreate', about: 'ReplicaSet' },
  }) as const;

const quotaExceeded = defineScenario({
  id: 'quota-exceeded',
  cause: 'quota-exceeded',
  title: 'campaigns asks for more memory than its namespace has left',
  story:
    'Three pods of 512 MiB fit into the quota of two gibibytes. The release brings a bigger cache and asks for 2560Mi, more than the namespace has altogether: there is no pod of the new revision at all.',
  seed: [
    namespace('marketing'),
    quota('marketing/team', { 'requests.memory': '2Gi', pods: '12' }),
    service('marketing/campaigns', 80, 8080),
    acme('marketing/campaigns', '1.2.0', { replicas: 3, memory: '512Mi' }),
  ],
  script: [
    after(
      27 * MINUTE,
      'release 1.3.0 with a bigger cache',
      acme('marketing/campaigns', '1.3.0', { replicas: 3, memory: '2560Mi' }),
    ),
  ],
  expect: {
    ...refused('marketing', 'campaigns'),
    says: 'exceeded quota: team, requested: requests.memory=2560Mi',
  },
});

const feed = (tag: string) => acme('partners/partner-feed', tag, { resources: {} });

const quotaDemandsRequests = defineScenario({
  id: 'quota-demands-requests',
  cause: 'quota-requests-missing',
  title: 'partner-feed says nothing of resources in a namespace that counts them now',
  story:
    'A quota was put on the namespace while partner-feed was running without requests. Nothing happened, until the next release wanted new pods.',
  seed: [namespace('partners'), service('partners/partner-feed', 80, 8080), feed('1.1.0')],
  script: [
    after(
      12 * MINUTE,
      'the platform team introduces quotas',
      quota('partners/compute', { 'requests.cpu': '4', 'requests.memory': '8Gi', 'limits.memory': '8Gi' }),
    ),
    after(24 * MINUTE + 30 * SECOND, 'release 1.2.0', feed('1.2.0')),
  ],
  expect: {
    ...refused('partners', 'partner-feed'),
    says: 'failed quota: compute: must specify limits.memory for: partner-feed; requests.cpu for: partner-feed; requests.memory for: partner-feed',
  },
});

const limits: Draft = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { namespace: 'analytics-jobs', name: 'container-sizes' },
  spec: { limits: [{ type: 'Container', max: { memory: '1Gi' }, min: { memory: '32Mi' } }] },
};

const limitRangeViolated = defineScenario({
  id: 'limit-range-violated',
  cause: 'limitrange-violation',
  title: 'cohorts 2.1.0 wants containers of two gibibytes where one is the most',
  story:
    'After an out-of-memory kill in staging the limit was raised. The LimitRange of the namespace does not allow a container that big.',
  seed: [
    namespace('analytics-jobs'),
    limits,
    service('analytics-jobs/cohorts', 80, 8080),
    acme('analytics-jobs/cohorts', '2.0.1', { memory: '512Mi' }),
  ],
  script: [
    after(
      19 * MINUTE + 15 * SECOND,
      'release 2.1.0',
      acme('analytics-jobs/cohorts', '2.1.0', { memory: '2Gi' }),
    ),
  ],
  expect: {
    ...refused('analytics-jobs', 'cohorts'),
    says: 'is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
  },
});

/** Somebody writes a label on a Namespace that is there. */
const enforcing = (name: string, level: 'baseline' | 'restricted'): Draft => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level } },
});

const podSecurity = defineScenario({
  id: 'pod-security',
  cause: 'podsecurity-violation',
  title: 'consents 1.3.0 is rolled out into a namespace that is restricted by now',
  story:
    'The namespace was labelled pod-security.kubernetes.io/enforce=restricted; pods that ran went on. The release brings no security context, so not one of its pods may be made.',
  seed: [
    namespace('privacy'),
    service('privacy/consents', 80, 8080),
    acme('privacy/consents', '1.2.1', { replicas: 3 }),
  ],
  script: [
    after(14 * MINUTE, 'kubectl label ns privacy', enforcing('privacy', 'restricted')),
    after(30 * MINUTE, 'release 1.3.0', acme('privacy/consents', '1.3.0', { replicas: 3 })),
  ],
  expect: {
    ...refused('privacy', 'consents'),
    says: 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
  },
});

const logShipper = (tag: string) =>
  daemonSet('log-shipping/log-shipper', {
    image: `ghcr.io/acme/log-shipper:${tag}`,
    health: '/healthz',
    memory: '64Mi',
    cause: `release ${tag}`,
    volumeMounts: [{ name: 'logs', mountPath: '/var/log', readOnly: true }],
    pod: { volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] },
  });

const podSecurityOfAgent = defineScenario({
  id: 'pod-security-node-agent',
  cause: 'podsecurity-violation',
  title: 'log-shipper may no longer read the logs of its nodes',
  story:
    'A DaemonSet mounts /var/log of the node. Its namespace enforces baseline since this morning, which forbids that. An update removes the agent of the first node and may not put another in its place.',
  seed: [namespace('log-shipping'), logShipper('1.0.0')],
  script: [
    after(13 * MINUTE + 30 * SECOND, 'kubectl label ns log-shipping', enforcing('log-shipping', 'baseline')),
    after(21 * MINUTE, 'release 1.1.0', logShipper('1.1.0')),
  ],
  expect: {
    namespace: 'log-shipping',
    workload: 'log-shipper',
    kind: 'DaemonSet',
    reason: 'FailedCreate',
    noPod: true,
    event: { reason: 'FailedCreate', about: 'DaemonSet' },
    says: 'violates PodSecurity "baseline:latest": hostPath volumes (volume "logs")',
  },
});

const serviceAccountAbsent = defineScenario({
  id: 'service-account-absent',
  cause: 'service-account-not-found',
  title: 'token-exchange 2.0.1 runs as a ServiceAccount that is in another repository',
  story: 'The release got an account of its own. Its manifest was merged, and never applied to this cluster.',
  seed: [
    namespace('identity'),
    service('identity/token-exchange', 80, 8080),
    acme('identity/token-exchange', '2.0.0'),
  ],
  script: [
    after(
      16 * MINUTE + 45 * SECOND,
      'release 2.0.1',
      acme('identity/token-exchange', '2.0.1', { pod: { serviceAccountName: 'token-exchange' } }),
    ),
  ],
  expect: {
    ...refused('identity', 'token-exchange'),
    says: 'error looking up service account identity/token-exchange: serviceaccount "token-exchange" not found',
  },
});

/** The API server takes the workload, and none of its pods. */
export const ADMISSION: readonly Scenario[] = [
  quotaExceeded,
  quotaDemandsRequests,
  limitRangeViolated,
  podSecurity,
  podSecurityOfAgent,
  serviceAccountAbsent,
];
