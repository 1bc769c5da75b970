import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { numberAt, objectsAt, stringAt } from '#lib/sandbox/apiserver/objects/json.ts';
import { deployment, pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const PODS = '/api/v1/namespaces/default/pods';
const WEB = `${DEPLOYMENTS}/web`;

function withWeb() {
  const cluster = testServer();
  const created = cluster.post(DEPLOYMENTS, deployment('web')).body;
  return { ...cluster, created };
}
const generation = (object: JsonObject) => numberAt(object, 'metadata', 'generation');

describe('writes', () => {
  it('fill defaults so that sending the same manifest again changes nothing', () => {
    const { created, put } = withWeb();
    expect(created).toMatchObject({
      spec: {
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: { dnsPolicy: 'ClusterFirst', containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
      },
    });
    expect(put(WEB, deployment('web')).body).toEqual(created);
  });

  it('leave out what is null, but write the times an Event lacks', () => {
    const event = {
      metadata: { name: 'a.1', creationTimestamp: null },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      eventTime: null,
      firstTimestamp: '2026-01-05T12:00:00Z',
      lastTimestamp: null,
      series: null,
    };
    const { body } = testServer().post('/api/v1/namespaces/default/events', event);
    expect(body).toMatchObject({ eventTime: null, lastTimestamp: null });
    expect(body).not.toHaveProperty('series');
    expect(body.metadata).toMatchObject({ creationTimestamp: expect.any(String) as string });
  });

  it('count generations of the spec, not of labels or status', () => {
    const { patch } = withWeb();
    expect(generation(patch(WEB, 'merge', { metadata: { labels: { a: 'b' } } }).body)).toBe(1);
    expect(generation(patch(`${WEB}/status`, 'merge', { status: { replicas: 1 } }).body)).toBe(1);
    expect(generation(patch(WEB, 'merge', { spec: { replicas: 2 } }).body)).toBe(2);
  });

  it('label a bound pod with the zone of its node, not over what it says itself', () => {
    const { post, get } = testServer();
    const zone = 'topology.kubernetes.io/zone';
    post('/api/v1/nodes', { metadata: { name: 'n1', labels: { [zone]: 'z1', other: 'x' } } });
    post(PODS, pod('a'));
    post(PODS, { ...pod('b'), metadata: { name: 'b', labels: { [zone]: 'own' } } });
    for (const name of ['a', 'b']) post(`${PODS}/${name}/binding`, { target: { kind: 'Node', name: 'n1' } });
    const labelsOf = (name: string) => get(`${PODS}/${name}`).body.metadata;
    expect(labelsOf('a')).toMatchObject({ labels: { [zone]: 'z1' } });
    expect(labelsOf('a')).not.toHaveProperty('labels.other');
    expect(labelsOf('b')).toMatchObject({ labels: { [zone]: 'own' } });
  });

  it('keep status and spec apart', () => {
    const { patch } = withWeb();
    const spec = patch(`${WEB}/status`, 'merge', { spec: { replicas: 9 }, status: { replicas: 3 } }).body;
    expect(spec).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 3 } });
    expect(patch(WEB, 'merge', { status: { replicas: 7 } }).body).toMatchObject({ status: { replicas: 3 } });
  });

  it('say when the phase of a volume changed, and only then', () => {
    const { post, patch, advance } = testServer();
    const VOLUMES = '/api/v1/persistentvolumes';
    const spec = {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/disk' },
    };
    const since = (body: JsonObject) => stringAt(body, 'status', 'lastPhaseTransitionTime');
    const { body } = post(VOLUMES, { metadata: { name: 'disk' }, spec });
    expect(body).toMatchObject({ spec: { hostPath: { type: '' } } });
    expect(since(body)).toBe('2026-01-05T12:00:00Z');
    advance(60_000);
    const set = (status: JsonObject) => patch(`${VOLUMES}/disk/status`, 'merge', { status }).body;
    expect(since(set({ message: 'x' }))).toBe('2026-01-05T12:00:00Z');
    expect(since(set({ phase: 'Available' }))).toBe('2026-01-05T12:01:00Z');
  });

  it('refuse a stale resourceVersion with the real text', () => {
    const { created, patch, put } = withWeb();
    patch(WEB, 'merge', { spec: { replicas: 2 } });
    expect(put(WEB, created).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('name every cause of an invalid object', () => {
    const { body } = testServer().post(PODS, { metadata: { name: 'Bad_Name' }, spec: { containers: [] } });
    expect(body).toMatchObject({ code: 422, reason: 'Invalid', details: { name: 'Bad_Name', kind: 'Pod' } });
    expect(objectsAt(body, 'details', 'causes').map(({ field }) => field)).toEqual([
      'metadata.name',
      'spec.containers',
    ]);
  });

  it('keep a selector as it is', () => {
    const { patch } = withWeb();
    const labels = { app: 'web', x: 'y' };
    const { body } = patch(WEB, 'merge', {
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    });
    expect(body.message).toContain(
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","x":"y"}}: field is immutable',
    );
  });

  it.each([
    [
      'a name that is taken',
      (c: ReturnType<typeof withWeb>) => c.post(DEPLOYMENTS, deployment('web')),
      409,
      'deployments.apps "web" already exists',
    ],
    [
      'an unknown name',
      (c: ReturnType<typeof withWeb>) => c.get(`${PODS}/nope`),
      404,
      'pods "nope" not found',
    ],
    [
      'an unknown namespace',
      (c: ReturnType<typeof withWeb>) => c.post('/api/v1/namespaces/nope/pods', pod('a')),
      404,
      'namespaces "nope" not found',
    ],
    [
      'an unknown resource',
      (c: ReturnType<typeof withWeb>) => c.get('/apis/apps/v1/namespaces/default/widgets'),
      404,
      'the server could not find the requested resource',
    ],
    [
      'an unknown patch type',
      (c: ReturnType<typeof withWeb>) => c.ask('PATCH', WEB, { body: {}, contentType: 'text/plain' }),
      415,
      'accepted media types include',
    ],
    [
      'another name in the body',
      (c: ReturnType<typeof withWeb>) => c.put(WEB, deployment('api')),
      400,
      'the name of the object (api) does not match the name on the URL (web)',
    ],
  ])('answer %s', (_name, act, code, text) => {
    const { status, body } = act(withWeb());
    expect(status).toBe(code);
    expect(body.message).toContain(text);
  });

  it('store nothing in a dry run, wherever it is asked for', () => {
    const { patch, del, get, created, post } = withWeb();
    expect(patch(`${WEB}?dryRun=All`, 'merge', { spec: { replicas: 5 } }).body).toMatchObject({
      spec: { replicas: 5 },
    });
    expect(post(`${DEPLOYMENTS}?dryRun=All`, deployment('api')).body.metadata).not.toHaveProperty(
      'resourceVersion',
    );
    del(WEB, { dryRun: ['All'] });
    expect(get(WEB).body).toEqual(created);
    expect(get(`${DEPLOYMENTS}/api`).status).toBe(404);
    expect(post(`${DEPLOYMENTS}?dryRun=Some`, deployment('api')).status).toBe(422);
  });

  it('scale through the subresource alone', () => {
    const { patch, put, get } = withWeb();
    const scaled = patch(`${WEB}/scale`, 'merge', { spec: { replicas: 3 } }).body;
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { selector: 'app=web' } });
    expect(put(`${WEB}/scale`, { ...scaled, metadata: { resourceVersion: '1' } }).status).toBe(409);
    expect(get(WEB).body).toMatchObject({ spec: { replicas: 3 } });
  });

  it('find unknown fields: an error when strict, a warning otherwise', () => {
    const { server, post } = testServer();
    const bad = { ...pod('a'), spec: { containers: [{ name: 'app', image: 'i', imagee: 'x' }] } };
    expect(post(`${PODS}?fieldValidation=Strict`, bad).body).toMatchObject({
      code: 400,
      message:
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].imagee"',
    });
    const user = { name: 'admin', groups: ['system:masters'] };
    expect(server.handle({ method: 'POST', path: PODS, body: bad, user })).toMatchObject({
      headers: { Warning: '299 - "unknown field \\"spec.containers[0].imagee\\""' },
    });
  });

  it('of the wrong type are refused before anything is stored', () => {
    const { post, patch, get } = testServer();
    const bad = { ...pod('a'), spec: { containers: 'none' } };
    expect(post(PODS, bad).body).toMatchObject({
      code: 400,
      message:
        'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    });
    post(DEPLOYMENTS, deployment('web'));
    expect(patch(WEB, 'strategic', { spec: { replicas: 'three' } }).body).toMatchObject({
      code: 422,
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32',
    });
    expect(get(WEB).body).toMatchObject({ spec: { replicas: 1 } });
  });

  it('of patches are refused with the whole text, which names neither object nor kind', () => {
    const { post, patch } = testServer();
    post(DEPLOYMENTS, deployment('web'));
    const bad = { spec: { replicas: 3, template: { spec: { nodename: null, hostnam: 'x' } } } };
    const why = 'strict decoding error: unknown field "spec.template.spec.hostnam"';
    const text = 'map[spec:map[replicas:3 template:map[spec:map[hostnam:x nodename:<nil>]]]]';
    expect(patch(`${WEB}?fieldValidation=Strict`, 'strategic', bad).body).toMatchObject({
      code: 422,
      message: ` "" is invalid: patch: Invalid value: "${text}": ${why}`,
    });
    const whole = patch(`${WEB}?fieldValidation=Strict`, 'merge', bad).body;
    expect(whole.code).toBe(422);
    expect(whole.message).toMatch(/^ "" is invalid: patch: Invalid value: "\{.*\}": strict decoding error/);
  });
});

describe('deletion', () => {
  const RUNNING = { spec: { nodeName: 'n1' } };

  it('gives a Pod on a node time, and takes it away on a second request', () => {
    const { post, del, get, patch } = testServer();
    post(PODS, { ...pod('a'), spec: { ...RUNNING.spec, containers: [{ name: 'app', image: 'i' }] } });
    patch(`${PODS}/a/status`, 'merge', { status: { phase: 'Running' } });
    expect(del(`${PODS}/a`).body).toMatchObject({
      metadata: { deletionTimestamp: '2026-01-05T12:00:30Z', deletionGracePeriodSeconds: 30 },
    });
    expect(del(`${PODS}/a`, { gracePeriodSeconds: 0 }).status).toBe(200);
    expect(get(`${PODS}/a`).status).toBe(404);
  });

  it('waits for finalizers', () => {
    const { post, del, patch, get } = testServer();
    const path = '/api/v1/namespaces/default/configmaps';
    post(path, { metadata: { name: 'a', finalizers: ['example.com/hold'] } });
    expect(stringAt(del(`${path}/a`).body, 'metadata', 'deletionTimestamp')).toBeDefined();
    patch(`${path}/a`, 'merge', { metadata: { finalizers: null } });
    expect(get(`${path}/a`).status).toBe(404);
  });

  it.each([
    ['Background', 404],
    ['Orphan', 200],
  ])('treats dependents by policy %s', (propagationPolicy, expected) => {
    const { created, post, del, get } = withWeb();
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'web',
      uid: stringAt(created, 'metadata', 'uid') ?? '',
    };
    post(PODS, { ...pod('a'), metadata: { name: 'a', ownerReferences: [owner] } });
    del(WEB, { propagationPolicy });
    expect(get(`${PODS}/a`).status).toBe(expected);
  });

  it('refuses when the object is another one than meant', () => {
    const { del } = withWeb();
    expect(del(WEB, { preconditions: { uid: 'nope' } }).body.message).toContain(
      'the UID in the precondition (nope) does not match',
    );
  });

  it('empties a namespace and then removes it', () => {
    const { post, del, get, advance } = testServer();
    post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    post('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'a' } });
    del('/api/v1/namespaces/shop');
    advance(5000);
    expect(get('/api/v1/namespaces/shop').status).toBe(404);
    expect(
      objectsAt(get('/api/v1/configmaps').body, 'items').filter(
        (item) => stringAt(item, 'metadata', 'namespace') === 'shop',
      ),
    ).toEqual([]);
  });
});

describe('server-side apply', () => {
  const apply = (cluster: ReturnType<typeof testServer>, manager: string, body: JsonObject, force = false) =>
    cluster.patch(`${WEB}?fieldManager=${manager}&force=${force}`, 'apply', body);

  it('creates, then owns what it applied and removes what it no longer holds', () => {
    const cluster = testServer();
    expect(
      apply(cluster, 'a', { ...deployment('web'), metadata: { name: 'web', labels: { x: 'y' } } }).status,
    ).toBe(201);
    const { body } = apply(cluster, 'a', deployment('web'));
    expect(stringAt(body, 'metadata', 'labels', 'x')).toBeUndefined();
    expect(apply(cluster, 'a', deployment('web')).body).toEqual(body);
  });

  it('refuses to take a field another manager set, unless forced', () => {
    const cluster = testServer();
    apply(cluster, 'a', deployment('web'));
    cluster.patch(`${WEB}?fieldManager=b`, 'merge', { spec: { replicas: 5 } });
    expect(apply(cluster, 'a', deployment('web')).body).toMatchObject({
      code: 409,
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
    });
    expect(apply(cluster, 'a', deployment('web'), true).body).toMatchObject({ spec: { replicas: 1 } });
  });
});

describe('determinism', () => {
  it('answers equal requests with equal bytes', () => {
    const run = (): string => {
      const { advance, post, patch, get, watch } = testServer();
      const { frames } = watch('/api/v1/pods?watch=true');
      post(DEPLOYMENTS, deployment('web'));
      advance(1500);
      post(PODS, { ...pod('x'), metadata: { generateName: 'web-' } });
      patch(WEB, 'strategic', {
        spec: { template: { spec: { containers: [{ name: 'app', image: 'shop/web:2' }] } } },
      });
      return JSON.stringify([frames, get(PODS).body, get(DEPLOYMENTS).body]);
    };
    expect(run()).toBe(run());
  });
});
