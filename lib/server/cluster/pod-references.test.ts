import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import { aPod } from '#lib/testing/build-pod.ts';
import { createFakeConnection, type FakeAnswer } from '#lib/testing/fake-connection.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { at } from '#lib/testing/time.ts';
import { PodReferences } from './pod-references.ts';

const pod = aPod({ template: { imagePullSecrets: ['registry'], serviceAccountName: 'web' } });
const failure = (code: number, reason: string): FakeAnswer => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', code, reason, message: reason },
});

function referencesOf(answerToSecret: () => FakeAnswer) {
  const clock = createFakeClock(at('10:00:00'));
  const connection = createFakeConnection(({ path }) => {
    if (path.endsWith('/secrets')) return { body: { items: [{ metadata: { name: 'registry-login' } }] } };
    return path.includes('/secrets/') ? answerToSecret() : { body: { metadata: { name: 'web' } } };
  });
  const news: (Pod | WorkloadRef)[] = [];
  const signal = new AbortController().signal;
  const references = new PodReferences({
    connection,
    now: () => clock.now(),
    signal,
    onAnswer: (of) => news.push(of),
  });
  const secrets = () => connection.requests.filter(({ path }) => path.includes('/secrets/'));
  const lists = () => connection.requests.filter(({ path }) => /\/(secrets|configmaps)$/.test(path));
  const ask = async () => {
    references.want(pod);
    await clock.settle();
    return references.get(pod).secrets.get('registry');
  };
  return { clock, references, news, secrets, lists, ask };
}

describe('PodReferences', () => {
  it('is unchecked before an answer came', () => {
    expect(
      referencesOf(() => ({}))
        .references.get(pod)
        .secrets.get('registry'),
    ).toEqual({ state: 'unchecked' });
  });

  it('a Secret that may not be read stays unchecked, and names the permission', async () => {
    const { ask } = referencesOf(() => failure(403, 'Forbidden'));
    expect(await ask()).toEqual({ state: 'unchecked', permission: 'get secrets in shop' });
  });

  it('is missing only when the API server says so', async () => {
    expect(await referencesOf(() => failure(404, 'NotFound')).ask()).toEqual({ state: 'missing' });
    expect(await referencesOf(() => failure(503, 'ServiceUnavailable')).ask()).toMatchObject({
      state: 'unchecked',
    });
  });

  it('asks for the names of the others when one is missing, and for metadata only', async () => {
    const { ask, references, lists } = referencesOf(() => failure(404, 'NotFound'));
    await ask();
    expect(lists()).toEqual([]);
    await ask();
    const [list, ...others] = lists();
    expect(others).toEqual([]);
    expect(list).toMatchObject({ path: '/api/v1/namespaces/shop/secrets', query: { limit: '500' } });
    expect(list?.init.headers?.['accept']).toContain('as=PartialObjectMetadataList');
    expect(references.get(pod).secretNames).toEqual(['registry-login']);
    expect(references.get(pod).configMapNames).toBeUndefined();
  });

  it('asks for no other names while nothing is missing', async () => {
    const { ask, lists } = referencesOf(() => failure(403, 'Forbidden'));
    await ask();
    await ask();
    expect(lists()).toEqual([]);
  });

  it('keeps names and hosts of a Secret, never a value', async () => {
    const config = { auths: { 'registry.test': { username: 'u', password: 'hunter2' } } };
    const data = { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') };
    const { ask, references } = referencesOf(() => ({
      body: {
        metadata: { name: 'registry', namespace: 'shop' },
        type: 'kubernetes.io/dockerconfigjson',
        data,
      },
    }));
    expect(await ask()).toMatchObject({ state: 'exists', value: { registryHosts: ['registry.test'] } });
    expect(JSON.stringify([...references.get(pod).secrets])).not.toMatch(/hunter2|"u"|password/);
  });

  it('tells of an answer once while it stays the same, and asks again when it is no longer fresh', async () => {
    const { ask, clock, news, secrets } = referencesOf(() => failure(404, 'NotFound'));
    await ask();
    await ask(); // the names of the others
    const told = news.length;
    await ask();
    expect(secrets()).toHaveLength(1);
    await clock.advance(20_000);
    await ask();
    expect(secrets()).toHaveLength(2);
    expect(news).toHaveLength(told);
  });
});

describe('claims and limits', () => {
  const waiting = aPod({
    template: {
      volumes: [{ name: 'files', kind: 'persistentVolumeClaim', refName: 'data', optional: false }],
    },
  });
  const answers: Readonly<Record<string, FakeAnswer>> = {
    '/api/v1/namespaces/shop/persistentvolumeclaims/data': {
      body: { metadata: { name: 'data', namespace: 'shop' }, spec: { storageClassName: 'local' } },
    },
    '/apis/storage.k8s.io/v1/storageclasses': {
      body: { items: [{ metadata: { name: 'local' }, provisioner: 'kubernetes.io/no-provisioner' }] },
    },
    '/api/v1/persistentvolumes': { body: { items: [{ metadata: { name: 'pv-1' } }] } },
    '/api/v1/namespaces/shop/resourcequotas': {
      body: { items: [{ metadata: { name: 'team' }, spec: { hard: { pods: '3' } } }] },
    },
    '/api/v1/namespaces/shop/limitranges': failure(403, 'Forbidden'),
  };

  function asked(more: Readonly<Record<string, FakeAnswer>> = {}) {
    const clock = createFakeClock(at('10:00:00'));
    const connection = createFakeConnection(
      ({ path }) => ({ ...answers, ...more })[path] ?? failure(404, 'NotFound'),
    );
    const news: string[] = [];
    const references = new PodReferences({
      connection,
      now: () => clock.now(),
      signal: new AbortController().signal,
      onAnswer: (about) => news.push('meta' in about ? about.meta.name : `${about.kind}/${about.name}`),
    });
    const paths = () => connection.requests.map(({ path }) => path);
    /** As often as the diagnosis is made again because of an answer. */
    const settle = async () => {
      for (let step = 0; step < 4; step++) {
        references.wantClaims(waiting);
        await clock.settle();
      }
    };
    return { clock, references, news, paths, settle };
  }

  it('goes from the claim to its class, and to the volumes only where nobody makes them', async () => {
    const { settle, references, paths } = asked();
    await settle();
    expect(paths()).toEqual([
      '/api/v1/namespaces/shop/persistentvolumeclaims/data',
      '/apis/storage.k8s.io/v1/storageclasses',
      '/api/v1/persistentvolumes',
    ]);
    expect(references.get(waiting)).toMatchObject({
      storageClasses: { isWhole: true, items: [{ name: 'local' }] },
      volumes: { isWhole: true, items: [{ name: 'pv-1' }] },
    });
  });

  it('does not list volumes that a driver makes', async () => {
    const body = { items: [{ metadata: { name: 'local' }, provisioner: 'disk.csi.example' }] };
    const { settle, paths } = asked({ '/apis/storage.k8s.io/v1/storageclasses': { body } });
    await settle();
    expect(paths()).not.toContain('/api/v1/persistentvolumes');
  });

  it('a claim that is missing, forbidden or bound is told apart', async () => {
    const path = '/api/v1/namespaces/shop/persistentvolumeclaims/data';
    const claimAfter = async (answer: FakeAnswer) => {
      const { settle, references, paths } = asked({ [path]: answer });
      await settle();
      return { claim: references.get(waiting).claims?.get('data'), paths: paths().slice(1) };
    };
    expect(await claimAfter(failure(404, 'NotFound'))).toEqual({
      claim: { state: 'missing' },
      paths: ['/api/v1/namespaces/shop/persistentvolumeclaims'],
    });
    expect(await claimAfter(failure(403, 'Forbidden'))).toEqual({
      claim: { state: 'unchecked', permission: 'get persistentvolumeclaims in shop' },
      paths: [],
    });
    const bound = { spec: { volumeName: 'pv-9' }, status: { phase: 'Bound' } };
    expect((await claimAfter({ body: bound })).paths).toEqual(['/api/v1/persistentvolumes/pv-9']);
  });

  it('reads the limits of a namespace once for all who ask, and tells each of them', async () => {
    const { clock, references, news, paths } = asked();
    const owner = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name, uid: name });
    references.wantLimits(owner('web'));
    references.wantLimits(owner('api'));
    await clock.settle();
    expect(paths()).toEqual([
      '/api/v1/namespaces/shop/resourcequotas',
      '/api/v1/namespaces/shop/limitranges',
    ]);
    expect(new Set(news)).toEqual(new Set(['Deployment/web', 'Deployment/api']));
    expect(references.limitsIn('shop')).toMatchObject({
      quotas: { isWhole: true, items: [{ name: 'team' }] },
      limitRanges: { isWhole: false, items: [], permission: 'list limitranges in shop' },
    });
  });

  it('asks for nothing for a pod without claims', async () => {
    const { references, clock, paths } = asked();
    references.wantClaims(pod);
    await clock.settle();
    expect(paths()).toEqual([]);
    expect(references.get(pod).claims).toBeUndefined();
  });
});
