import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { deployment, pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';
import type { WebhookBackend, WebhookCall } from '#lib/sandbox/apiserver/webhook-backend.ts';

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

const webhook = (more: JsonObject = {}): JsonObject => ({
  name: 'labels.policy.example.com',
  clientConfig: { service: { namespace: 'guard', name: 'policy', path: '/validate' } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...more,
});

function server(more: JsonObject = {}, backend?: WebhookBackend) {
  const cluster = testServer();
  if (backend) cluster.server.useWebhooks(backend);
  for (const name of ['guard', 'shop']) cluster.post('/api/v1/namespaces', { metadata: { name } });
  const spec = { ports: [{ port: 443 }] };
  cluster.post('/api/v1/namespaces/guard/services', { metadata: { name: 'policy' }, spec });
  const { status } = cluster.post(CONFIGURATIONS, { metadata: { name: 'guard' }, webhooks: [webhook(more)] });
  expect(status).toBe(201);
  const create = () => cluster.post('/api/v1/namespaces/shop/pods', pod('web'));
  return { ...cluster, create };
}

const denies: WebhookBackend = () => ({ kind: 'denied', message: 'label "owner" is missing' });
const refuses: WebhookBackend = () => ({
  kind: 'failed',
  error: 'dial tcp 10.96.3.4:443: connect: connection refused',
});

describe('a validating webhook', () => {
  it('that denies refuses the request in its own words', () => {
    const { status, body } = server({}, denies).create();
    expect(status).toBe(400);
    expect(body.message).toBe(
      'admission webhook "labels.policy.example.com" denied the request: label "owner" is missing',
    );
  });

  it('that cannot be reached stops everything it was asked about', () => {
    const { status, body } = server({}, refuses).create();
    expect(status).toBe(500);
    expect(body.message).toBe(
      'Internal error occurred: failed calling webhook "labels.policy.example.com": failed to call webhook: Post "https://policy.guard.svc:443/validate?timeout=10s": dial tcp 10.96.3.4:443: connect: connection refused',
    );
  });

  it('whose Service is gone says so', () => {
    const cluster = server({}, refuses);
    cluster.del('/api/v1/namespaces/guard/services/policy');
    expect(cluster.create().body.message).toMatch(/\?timeout=10s": service "policy" not found$/);
  });

  it('that may be ignored is, when it does not answer', () => {
    expect(server({ failurePolicy: 'Ignore' }, refuses).create().status).toBe(201);
    expect(server({ failurePolicy: 'Ignore' }, denies).create().status).toBe(400);
  });

  it('can always be removed', () => {
    const everything = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }];
    const cluster = server({ rules: everything }, denies);
    expect(cluster.create().status).toBe(400);
    expect(cluster.del(`${CONFIGURATIONS}/guard`).status).toBe(200);
    expect(cluster.create().status).toBe(201);
  });

  it.each<[string, JsonObject, boolean]>([
    ['its own namespaces', { namespaceSelector: { matchLabels: { guarded: 'yes' } } }, false],
    [
      'namespaces by name',
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
          ],
        },
      },
      true,
    ],
    [
      'objects by label',
      { objectSelector: { matchExpressions: [{ key: 'skip', operator: 'Exists' }] } },
      false,
    ],
    [
      'other resources',
      { rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['*'], resources: ['*/*'] }] },
      false,
    ],
    [
      'subresources',
      { rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/*'] }] },
      true,
    ],
  ])('is asked about %s as it was registered', (_what, more, isAsked) => {
    const calls: WebhookCall[] = [];
    const backend: WebhookBackend = (call) => {
      calls.push(call);
      return { kind: 'allowed' };
    };
    expect(server(more, backend).create().status).toBe(201);
    expect(calls.length > 0).toBe(isAsked);
  });

  it('with side effects is not asked in a dry run', () => {
    const cluster = server({ sideEffects: 'Some' }, denies);
    expect(cluster.post('/api/v1/namespaces/shop/pods?dryRun=All', pod('web')).body.message).toBe(
      'admission webhook "labels.policy.example.com" does not support dry run',
    );
  });

  it('sees deletions and workloads when it asks for them', () => {
    const rules = [
      { operations: ['DELETE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] },
    ];
    const cluster = server({ rules }, denies);
    cluster.post('/apis/apps/v1/namespaces/shop/deployments', deployment('web'));
    expect(cluster.del('/apis/apps/v1/namespaces/shop/deployments/web').status).toBe(400);
  });

  it('must be complete', () => {
    const cluster = testServer();
    const incomplete = { name: 'short', clientConfig: {}, rules: [] };
    const { status, body } = cluster.post(CONFIGURATIONS, {
      metadata: { name: 'g' },
      webhooks: [incomplete],
    });
    expect(status).toBe(422);
    expect(body.message).toContain(
      'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun',
    );
  });
});
