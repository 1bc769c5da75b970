import type { Draft } from '#lib/sandbox/client/write.ts';
import { deployment, namespace, service } from './manifests.ts';
import { after, defineScenario, MINUTE, SECOND, type Scenario } from './scenario.ts';

type Policy = { readonly home: string; readonly guards: string };

const webhookName = ({ home }: Policy): string => `owner.${home}.acme.example`;

/** A company's own webhook: whatever runs says which team answers for it. */
const policyServer = ({ home }: Policy, replicas = 1): Draft =>
  deployment(`${home}/owner-policy`, { image: 'ghcr.io/acme/owner-policy:1.0.0', replicas, memory: '64Mi' });

const seedOf = (policy: Policy): readonly Draft[] => [
  namespace(policy.home),
  service(`${policy.home}/owner-policy`, 443, 8080),
  policyServer(policy),
];

const registration = (policy: Policy): Draft => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `owner-policy-${policy.home}` },
  webhooks: [
    {
      name: webhookName(policy),
      clientConfig: { service: { namespace: policy.home, name: 'owner-policy' } },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': policy.guards } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
});

const NOT_CALLED =
  'the program behind the webhook is data of the sandbox: the API server of a real control plane cannot call it';

const GOVERNANCE: Policy = { home: 'governance', guards: 'risk' };

const scoring = (tag: string) =>
  deployment('risk/scoring', {
    image: `ghcr.io/acme/scoring:${tag}`,
    health: '/healthz',
    cause: `release ${tag}`,
  });

const denied = defineScenario({
  id: 'webhook-denied',
  cause: 'admission-webhook-denied',
  title: 'scoring 1.2.0 is refused by a policy: its pods have no owner',
  story:
    'A webhook demands the label owner of every new pod of the namespace. It was switched on after scoring had been deployed, and speaks up at the next release.',
  onlyInSandbox: NOT_CALLED,
  seed: [...seedOf(GOVERNANCE), namespace('risk'), service('risk/scoring', 80, 8080), scoring('1.1.0')],
  script: [
    after(15 * MINUTE, 'the policy is switched on', registration(GOVERNANCE)),
    after(26 * MINUTE + 10 * SECOND, 'release 1.2.0', scoring('1.2.0')),
  ],
  expect: {
    namespace: 'risk',
    workload: 'scoring',
    reason: 'FailedCreate',
    noPod: true,
    event: { reason: 'FailedCreate', about: 'ReplicaSet' },
    says: `admission webhook "${webhookName(GOVERNANCE)}" denied the request`,
  },
});

const POLICIES: Policy = { home: 'policy-system', guards: 'ticketing' };

const seats = (tag: string) =>
  deployment('ticketing/seats', {
    image: `ghcr.io/acme/seats:${tag}`,
    replicas: 3,
    health: '/healthz',
    podLabels: { owner: 'ticketing' },
    cause: `release ${tag}`,
  });

const unavailable = defineScenario({
  id: 'webhook-unavailable',
  cause: 'admission-webhook-unavailable',
  title: 'seats 2.1.0 waits for a webhook that nobody answers',
  story:
    'The policy server was scaled to zero to save a node. Its webhook says failurePolicy Fail, so every new pod of the namespace is refused, however well it behaves.',
  onlyInSandbox: NOT_CALLED,
  seed: [...seedOf(POLICIES), namespace('ticketing'), service('ticketing/seats', 80, 8080), seats('2.0.1')],
  script: [
    after(12 * MINUTE, 'the policy is switched on', registration(POLICIES)),
    after(18 * MINUTE, 'kubectl scale --replicas=0', policyServer(POLICIES, 0)),
    after(29 * MINUTE + 20 * SECOND, 'release 2.1.0', seats('2.1.0')),
  ],
  expect: {
    namespace: 'ticketing',
    workload: 'seats',
    reason: 'FailedCreate',
    noPod: true,
    event: { reason: 'FailedCreate', about: 'ReplicaSet' },
    says: `Internal error occurred: failed calling webhook "${webhookName(POLICIES)}"`,
  },
});

/** Somebody else is asked before a pod may exist. */
export const WEBHOOKS: readonly Scenario[] = [denied, unavailable];
