import { describe, expect, it } from 'vitest';
import type { Draft } from './client/write.ts';
import { TestCluster } from './test-cluster.ts';

const draft = (object: unknown) => object as Draft;
const metadata = (name: string, namespace = 'shop') => ({ name, namespace });
const namespace = (name: string, labels = {}) =>
  draft({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });

const deployment = (name: string, image: string, where = 'shop') =>
  draft({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name, where),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
    },
  });

/** What the ReplicaSet of `web` says about Pods it could not create. */
async function refusal(cluster: TestCluster): Promise<string | undefined> {
  const events = await cluster.events('shop');
  return events
    .find(({ reason }) => reason === 'FailedCreate')
    ?.message?.replace(/web-[a-z0-9]+-\w{5}/, 'web-POD');
}

const policy = [
  namespace('guard'),
  deployment('policy', 'ghcr.io/acme/owner-policy:1.0.0', 'guard'),
  draft({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('policy', 'guard'),
    spec: { selector: { app: 'policy' }, ports: [{ port: 443, targetPort: 8080 }] },
  }),
];

async function registered(cluster: TestCluster): Promise<void> {
  const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }];
  const matchLabels = { 'kubernetes.io/metadata.name': 'shop' };
  const webhook = {
    name: 'owner.policy.example.com',
    clientConfig: { service: { namespace: 'guard', name: 'policy' } },
    rules,
    namespaceSelector: { matchLabels },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  };
  const { status } = await cluster.sandbox.transport.request({
    method: 'POST',
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    body: { metadata: { name: 'owner' }, webhooks: [webhook] },
  });
  expect(status).toBe(201);
}

describe('a Deployment whose Pods are refused', () => {
  it('has no Pod at all and says why: quota', async () => {
    const cluster = await TestCluster.start();
    const body = { metadata: metadata('team'), spec: { hard: { 'limits.cpu': '1' } } };
    await cluster.apply(namespace('shop'));
    await cluster.sandbox.transport.request({
      method: 'POST',
      path: '/api/v1/namespaces/shop/resourcequotas',
      body,
    });
    await cluster.apply(deployment('web', 'nginx:1.28-alpine'));
    await cluster.advance(20_000);
    expect(cluster.pods('shop/web')).toEqual([]);
    expect(await refusal(cluster)).toBe(
      'Error creating: pods "web-POD" is forbidden: failed quota: team: must specify limits.cpu for: app',
    );
    expect(cluster.deployment('shop/web').status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }),
    );
  });

  it('has no Pod at all and says why: Pod security', async () => {
    const cluster = await TestCluster.start();
    await cluster.apply(namespace('shop', { 'pod-security.kubernetes.io/enforce': 'restricted' }));
    await cluster.apply(deployment('web', 'nginx:1.28-alpine'));
    await cluster.advance(20_000);
    expect(await refusal(cluster)).toMatch(
      /^Error creating: pods "web-POD" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
    );
  });

  it('has no Pod at all and says why: a webhook denies, then nobody answers', async () => {
    const cluster = await TestCluster.start();
    await cluster.apply(namespace('shop'), ...policy);
    await cluster.advance(60_000);
    await registered(cluster);
    await cluster.apply(deployment('web', 'nginx:1.28-alpine'));
    await cluster.advance(20_000);
    expect(await refusal(cluster)).toBe(
      'Error creating: admission webhook "owner.policy.example.com" denied the request: Pod "web-POD" must carry the label "owner"',
    );
    await cluster.patch('/apis/apps/v1/namespaces/guard/deployments/policy', { spec: { replicas: 0 } });
    await cluster.advance(60_000);
    const events = await cluster.events('shop');
    expect(events.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^Error creating: Internal error occurred: failed calling webhook "owner\.policy\.example\.com": failed to call webhook: Post "https:\/\/policy\.guard\.svc:443\?timeout=10s": dial tcp 10\.96\.\d+\.\d+:443: connect: connection refused$/,
      ),
    );
  });
});
