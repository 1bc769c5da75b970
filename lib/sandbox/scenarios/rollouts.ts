import { gitCommit, TRACKING_ID } from './argo-cd.ts';
import { deployment, namespace, service, type DeploymentOptions } from './manifests.ts';
import { inPool, poolNode } from './nodes.ts';
import { after, defineScenario, later, MINUTE, SECOND } from './scenario.ts';
import { statefulSet } from './workload-manifests.ts';

const priceEngine = (tag: string, cpu: string) =>
  deployment('pricing/price-engine', {
    image: `ghcr.io/acme/price-engine:${tag}`,
    replicas: 6,
    cpu,
    health: '/healthz',
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
    pod: inPool('pricing'),
    cause: `release ${tag}`,
  });

export const rolloutStuck = defineScenario({
  id: 'rollout-stuck',
  cause: 'insufficient-cpu',
  title: 'the rollout of price-engine stopped half way',
  story:
    'Release 2.1.0 asks for twice the CPU. Its first pods found room in the pool of one node, the others do not; after ten minutes without progress the Deployment says so, and stays as it is.',
  seed: [
    poolNode('pricing-1', 'pricing', { index: 32 }),
    namespace('pricing'),
    service('pricing/price-engine', 80, 8080),
    priceEngine('2.0.1', '550m'),
  ],
  script: [later(MINUTE, after(13 * MINUTE, 'release 2.1.0', priceEngine('2.1.0', '1100m')))],
  expect: {
    namespace: 'pricing',
    workload: 'price-engine',
    reason: 'ProgressDeadlineExceeded',
    sights: [
      {
        on: 'condition',
        of: 'Deployment',
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: 'has timed out progressing.',
      },
      {
        on: 'condition',
        of: 'Pod',
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '1 Insufficient cpu',
      },
    ],
  },
});

const taxService = (tag: string, spec: object = {}) =>
  deployment('payments/tax-service', {
    image: `ghcr.io/acme/tax-service:${tag}`,
    replicas: 3,
    health: '/healthz',
    spec,
    cause: `release ${tag}`,
  });

/** The catalogue has no id for it: nothing is broken, something was not done. */
export const rolloutPaused = defineScenario({
  id: 'rollout-paused',
  title: 'tax-service was given a new image while its rollout is paused',
  story:
    'Somebody paused the rollout and forgot it. The new image was set, the command succeeded, and nothing happened: all pods still run the old one.',
  seed: [namespace('payments'), service('payments/tax-service', 80, 8080), taxService('1.2.0')],
  script: [
    later(MINUTE, after(14 * MINUTE, 'kubectl rollout pause', taxService('1.2.0', { paused: true }))),
    later(5 * SECOND, after(20 * MINUTE, 'kubectl set image', taxService('1.3.0', { paused: true }))),
  ],
  expect: {
    namespace: 'payments',
    workload: 'tax-service',
    reason: 'DeploymentPaused',
    sights: [
      {
        on: 'condition',
        of: 'Deployment',
        type: 'Progressing',
        status: 'Unknown',
        reason: 'DeploymentPaused',
      },
      { on: 'condition', of: 'Deployment', type: 'Available', status: 'True' },
      { on: 'pods', state: 'Running', count: 3 },
    ],
  },
});

const eventStore = (tag: string) =>
  statefulSet('messaging/event-store', {
    image: `ghcr.io/acme/event-store:${tag}`,
    replicas: 3,
    memory: '256Mi',
  });

export const statefulSetStuck = defineScenario({
  id: 'statefulset-stuck',
  cause: 'statefulset-stuck-on-broken-pod',
  title: 'event-store was repaired, but its last pod still runs the broken template',
  story:
    'A tag that was never pushed broke event-store-2. The old tag was applied again soon, but a StatefulSet waits until every pod is ready before it goes on: event-store-2 keeps the broken image until somebody deletes it.',
  seed: [namespace('messaging'), service('messaging/event-store', 8080), eventStore('2.0.0')],
  script: [
    later(2 * MINUTE, after(11 * MINUTE, 'release 2.0.1-rc4', eventStore('2.0.1-rc4'))),
    later(MINUTE, after(17 * MINUTE, 'back to 2.0.0', eventStore('2.0.0'))),
  ],
  expect: {
    namespace: 'messaging',
    workload: 'event-store',
    kind: 'StatefulSet',
    reason: 'ImagePullBackOff',
    sights: [
      { on: 'pods', state: 'Running', count: 2 },
      { on: 'pods', state: 'Pending', count: 1 },
    ],
  },
});

const MANAGED = 'partners/partner-api';
const partnerApi = (options: Partial<DeploymentOptions>) =>
  deployment(MANAGED, {
    image: 'ghcr.io/acme/webhooks:1.2.0',
    replicas: 2,
    health: '/healthz',
    annotations: { [TRACKING_ID]: 'partners:apps/Deployment:partners/partner-api' },
    ...options,
  });

export const gitOpsReverts = defineScenario({
  id: 'argocd-reverts',
  cause: 'missing-env-var',
  title: 'partner-api was rolled back by hand, and Argo CD undid it',
  story:
    'Release 1.3.0 needs CALLBACK_URL, which Git does not set. Somebody rolled back with kubectl; a few seconds later Argo CD made the cluster look like Git again. Only a commit helps.',
  seed: [
    namespace('argocd'),
    namespace('partners'),
    service('partners/partner-api', 80, 8080),
    gitCommit('partners', partnerApi({ cause: 'release 1.2.0' })),
  ],
  script: [
    later(
      MINUTE,
      after(
        9 * MINUTE,
        'commit: release 1.3.0',
        gitCommit('partners', partnerApi({ image: 'ghcr.io/acme/webhooks:1.3.0', cause: 'release 1.3.0' })),
      ),
    ),
    later(MINUTE, after(19 * MINUTE, 'kubectl rollout undo', partnerApi({ cause: 'release 1.2.0' }))),
  ],
  expect: {
    namespace: 'partners',
    workload: 'partner-api',
    reason: 'CrashLoopBackOff',
    exitCode: 1,
  },
});

export const ROLLOUT_SCENARIOS = [rolloutStuck, rolloutPaused, statefulSetStuck, gitOpsReverts];
