import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { deployment, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const CONTAINER = { name: 'app', image: 'shop/web:1' };

const refusalOf = (container: JsonObject, pod: JsonObject = {}): unknown => {
  const spec = { containers: [{ ...CONTAINER, ...container }], ...pod };
  return testServer().post(`${NAMESPACE}/pods`, { metadata: { name: 'bad' }, spec }).body.message;
};
const AT = 'Pod "bad" is invalid: spec.containers[0]';

describe('a pod', () => {
  it.each<[string, JsonObject, string]>([
    ['pull policy', { imagePullPolicy: 'Sometimes' }, '.imagePullPolicy: Unsupported value: "Sometimes": '],
    ['environment', { env: [{ value: 'x' }] }, '.env[0].name: Required value'],
    ['mount', { volumeMounts: [{ name: 'x', mountPath: '/x' }] }, '.volumeMounts[0].name: Not found: "x"'],
    ['name', { name: 'Bad_Name' }, '.name: Invalid value: "Bad_Name": a lowercase RFC 1123 label must'],
    [
      'probe without handler',
      { livenessProbe: {} },
      '.livenessProbe: Required value: must specify a handler type',
    ],
    [
      'request above the limit',
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1500m' } } },
      '.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1500m',
    ],
  ])('is refused for a wrong %s, by its path', (_what, container, text) => {
    expect(refusalOf(container)).toContain(`${AT}${text}`);
  });

  it('is refused for a quantity that is none, before anything else', () => {
    expect(refusalOf({ resources: { limits: { memory: 'much' } } })).toContain(
      'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression',
    );
  });

  it('is refused for a restart policy nobody knows', () => {
    expect(refusalOf({}, { restartPolicy: 'Sometimes' })).toContain('spec.restartPolicy: Unsupported value');
  });

  it('keeps its ephemeral containers as they were added', () => {
    const { post, patch } = testServer();
    post(`${NAMESPACE}/pods`, { metadata: { name: 'web' }, spec: { containers: [CONTAINER] } });
    const debug = (image: string) =>
      patch(`${NAMESPACE}/pods/web/ephemeralcontainers`, 'strategic', {
        spec: { ephemeralContainers: [{ name: 'look', image }] },
      });
    expect(debug('busybox:1').status).toBe(200);
    expect(debug('busybox:2').body.message).toContain(
      'existing ephemeral containers "look" may not be changed',
    );
  });
});

describe('labels', () => {
  it('are checked when they are set and when they are changed', () => {
    const { post, patch } = testServer();
    const refused = 'is invalid: metadata.labels: Invalid value: "a b": name part must consist of';
    const labels = { 'a b': 'c' };
    expect(post(`${NAMESPACE}/configmaps`, { metadata: { name: 'c', labels } }).body.message).toContain(
      refused,
    );
    post(`${NAMESPACE}/configmaps`, { metadata: { name: 'c' } });
    expect(patch(`${NAMESPACE}/configmaps/c`, 'merge', { metadata: { labels } }).body.message).toContain(
      refused,
    );
  });
});

describe('a Deployment', () => {
  it.each([
    [
      { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
      "may not be specified when strategy `type` is 'Recreate'",
    ],
    [{ rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }, 'may not be 0 when `maxSurge` is 0'],
  ])('is refused for a strategy that cannot be: %j', (strategy, text) => {
    const web = deployment('web');
    const bad = { ...web, spec: { ...(web.spec as JsonObject), strategy } };
    expect(testServer().post('/apis/apps/v1/namespaces/default/deployments', bad).body.message).toContain(
      text,
    );
  });
});

describe('a claim', () => {
  const CLAIMS = `${NAMESPACE}/persistentvolumeclaims`;
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const withClaim = () => {
    const cluster = testServer();
    cluster.post(CLAIMS, { metadata: { name: 'data' }, spec });
    const change = (next: JsonObject) => cluster.patch(`${CLAIMS}/data`, 'merge', { spec: next });
    return { ...cluster, change };
  };

  it('takes its volume once, and nothing else', () => {
    const { change } = withClaim();
    expect(change({ storageClassName: 'other' }).body.message).toContain(
      'spec: Forbidden: spec is immutable after creation except resources.requests',
    );
    expect(change({ volumeName: 'disk' }).status).toBe(200);
    expect(change({ volumeName: 'another' }).status).toBe(422);
  });

  it('grows only when it is bound', () => {
    const { change, patch } = withClaim();
    const larger = { resources: { requests: { storage: '2Gi' } } };
    expect(change(larger).status).toBe(422);
    patch(`${CLAIMS}/data/status`, 'merge', { status: { phase: 'Bound' } });
    expect(change(larger).body.message ?? '').not.toContain('immutable');
  });
});

describe('a StatefulSet', () => {
  it('keeps what its pods and claims are named by', () => {
    const { post, patch } = testServer();
    const path = '/apis/apps/v1/namespaces/default/statefulsets';
    post(path, { ...deployment('db'), kind: 'StatefulSet' });
    const change = (spec: JsonObject) => patch(`${path}/db`, 'merge', { spec });
    expect(change({ serviceName: 'other' }).body.message).toContain(
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas',",
    );
    expect(change({ replicas: 3, minReadySeconds: 5 }).status).toBe(200);
  });
});
