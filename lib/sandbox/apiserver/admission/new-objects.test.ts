import { describe, expect, it } from 'vitest';
import { objectAt, objectsAt, type JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const PODS = '/api/v1/namespaces/default/pods';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const podWith = (spec: JsonObject): JsonObject => {
  const plain = pod('web');
  return { ...plain, spec: { ...objectAt(plain, 'spec'), ...spec } };
};
const claim: JsonObject = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

describe('the priority of a new pod', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['is its class', { priorityClassName: 'high' }, { priority: 1000, preemptionPolicy: 'Never' }],
    ['is zero without one', {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
  ])('%s', (_case, sent, spec) => {
    const { post } = testServer();
    post(CLASSES, { metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' });
    expect(post(PODS, podWith(sent)).body).toMatchObject({ spec });
  });

  it('is the default class of the cluster, by name, when there is one', () => {
    const { post } = testServer();
    post(CLASSES, { metadata: { name: 'usual' }, value: 7, globalDefault: true });
    expect(post(PODS, podWith({})).body).toMatchObject({ spec: { priority: 7, priorityClassName: 'usual' } });
  });

  it.each<[string, JsonObject, string]>([
    [
      'a class that does not exist',
      { priorityClassName: 'absent' },
      'pods "web" is forbidden: no PriorityClass with name absent was found',
    ],
    [
      'a number of its own',
      { priority: 5 },
      'pods "web" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
  ])('is refused for %s', (_case, sent, message) => {
    const { post } = testServer();
    const { status, body } = post(PODS, podWith(sent));
    expect([status, body.message]).toEqual([403, message]);
  });
});

describe('the tolerations of a new pod', () => {
  const seconds = (spec: JsonObject) => {
    const { post } = testServer();
    return objectsAt(post(PODS, podWith(spec)).body, 'spec', 'tolerations').map(
      (toleration) => toleration.tolerationSeconds,
    );
  };

  it('cover five minutes of a failed node, beside its own', () => {
    expect(seconds({ tolerations: [{ key: 'gpu', operator: 'Exists' }] })).toEqual([undefined, 300, 300]);
  });

  it('are left alone where they say something about failed nodes', () => {
    const own = {
      key: 'node.kubernetes.io/unreachable',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    };
    expect(seconds({ tolerations: [own] })).toEqual([5, 300]);
    expect(seconds({ tolerations: [{ operator: 'Exists' }] })).toEqual([undefined]);
  });
});

describe('a new claim', () => {
  it('gets the default class and is protected', () => {
    const { post } = testServer();
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'standard', annotations },
      provisioner: 'p',
    });
    expect(post(CLAIMS, claim).body).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { storageClassName: 'standard', volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    });
  });

  it('keeps the wish for no class', () => {
    const { post } = testServer();
    const spec = { ...objectAt(claim, 'spec'), storageClassName: '' };
    expect(post(CLAIMS, { ...claim, spec }).body).toMatchObject({ spec: { storageClassName: '' } });
  });
});

describe('a pod with scheduling gates', () => {
  it('says so itself', () => {
    const { post } = testServer();
    const { body } = post(PODS, podWith({ schedulingGates: [{ name: 'example.com/wait' }] }));
    expect(body).toMatchObject({
      status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    });
  });
});
