import { describe, expect, it } from 'vitest';
import { objectAt, objectsAt } from '#lib/sandbox/apiserver/objects/json.ts';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const IN_DEFAULT = '/api/v1/namespaces/default';
const PODS = `${IN_DEFAULT}/pods`;
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

const podWith = (spec: JsonObject): JsonObject => {
  const plain = pod('web');
  return { ...plain, spec: { ...objectAt(plain, 'spec'), ...spec } };
};
const account = (name: string, more: JsonObject = {}): JsonObject => ({ metadata: { name }, ...more });

describe('the identity of a new pod', () => {
  it('every container gets the token of the pod in one projected volume', () => {
    const { post } = testServer();
    const init = [{ name: 'first', image: 'shop/web:1' }];
    const { body } = post(PODS, podWith({ initContainers: init }));
    const [volume = {}, ...others] = objectsAt(body, 'spec', 'volumes');
    expect(others).toEqual([]);
    expect(volume.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(objectsAt(volume, 'projected', 'sources').flatMap(Object.keys)).toEqual([
      'serviceAccountToken',
      'configMap',
      'downwardAPI',
    ]);
    for (const list of ['containers', 'initContainers']) {
      expect(objectsAt(body, 'spec', list)[0]).toMatchObject({
        volumeMounts: [{ name: volume.name, readOnly: true, mountPath: MOUNT_PATH }],
      });
    }
  });

  it('a container that mounts something there keeps it, and then no volume is added', () => {
    const { post } = testServer();
    const mounts = [{ name: 'own', mountPath: MOUNT_PATH }];
    const containers = [{ name: 'app', image: 'shop/web:1', volumeMounts: mounts }];
    const { body } = post(PODS, podWith({ containers, volumes: [{ name: 'own', emptyDir: {} }] }));
    expect(objectsAt(body, 'spec', 'volumes').map(({ name }) => name)).toEqual(['own']);
    expect(objectsAt(body, 'spec', 'containers')[0]?.volumeMounts).toEqual(mounts);
  });

  it.each([
    ['neither says anything', undefined, undefined, true],
    ['the account does not want it', false, undefined, false],
    ['the pod wants it and the account does not', false, true, true],
    ['the pod does not want it and the account does', true, false, false],
  ])('the token is mounted or not: %s', (_case, ofAccount, ofPod, isMounted) => {
    const { post } = testServer();
    const automountServiceAccountToken = ofAccount;
    post(`${IN_DEFAULT}/serviceaccounts`, account('robot', { automountServiceAccountToken }));
    const { body } = post(
      PODS,
      podWith({ serviceAccountName: 'robot', automountServiceAccountToken: ofPod }),
    );
    expect(objectsAt(body, 'spec', 'volumes')).toHaveLength(isMounted ? 1 : 0);
  });

  it('the account lends its pull secrets to a pod that has none', () => {
    const { post } = testServer();
    const imagePullSecrets = [{ name: 'registry' }];
    post(`${IN_DEFAULT}/serviceaccounts`, account('robot', { imagePullSecrets }));
    const created = post(PODS, podWith({ serviceAccountName: 'robot' }));
    expect(created.body).toMatchObject({ spec: { imagePullSecrets } });
    const own = { ...podWith({ serviceAccountName: 'robot', imagePullSecrets: [{ name: 'own' }] }) };
    const { body } = post(PODS, { ...own, metadata: { name: 'other' } });
    expect(body).toMatchObject({ spec: { imagePullSecrets: [{ name: 'own' }] } });
  });

  it('a pod whose account does not exist is refused, by the name it has so far', () => {
    const { post } = testServer();
    const nameless = { ...podWith({ serviceAccountName: 'ghost' }), metadata: { generateName: 'web-' } };
    const { status, body } = post(PODS, nameless);
    expect([status, body.message]).toEqual([
      403,
      'pods "web-" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found',
    ]);
  });

  it('the default account of a new namespace is taken to be on its way', () => {
    const { post } = testServer();
    post('/api/v1/namespaces', { metadata: { name: 'fresh' } });
    expect(post('/api/v1/namespaces/fresh/pods', pod('web')).status).toBe(201);
  });
});
