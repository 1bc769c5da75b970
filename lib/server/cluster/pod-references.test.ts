import { describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
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
  const news: Pod[] = [];
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
