import { describe, expect, it } from 'vitest';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { networkError } from './network-error.ts';
import { readConfigMap, readSecret, readServiceAccount } from './read-references.ts';
import { readServerVersion } from './version.ts';

const ref = { namespace: 'shop', name: 'db' };
const answering = (script: Script) => createFakeConnection(() => script);
const refusal = (code: number, reason: string): Script => ({
  status: code,
  body: { kind: 'Status', code, reason, message: `${reason}!` },
});

describe('references', () => {
  it('a Secret that exists is its summary', async () => {
    const connection = answering({
      body: { metadata: { name: 'db', namespace: 'shop' }, type: 'Opaque', data: { password: 'Q0FOQVJZ' } },
    });
    const secret = await readSecret(connection, ref);
    expect(secret).toMatchObject({ state: 'exists', value: { name: 'db', keys: ['password'] } });
    expect(JSON.stringify(secret)).not.toContain('Q0FOQVJZ');
    expect(connection.requests[0]?.path).toBe('/api/v1/namespaces/shop/secrets/db');
  });

  it('a ConfigMap is its key names', async () => {
    const body = {
      metadata: { creationTimestamp: '2026-11-21T00:00:00Z' },
      data: { url: 'CANARY' },
      binaryData: { cert: 'CANARY' },
    };
    expect(await readConfigMap(answering({ body }), ref)).toEqual({
      state: 'exists',
      value: { ...ref, keys: ['cert', 'url'], createdAt: Date.UTC(2026, 10, 21) },
    });
  });

  it('a ServiceAccount is its pull secrets', async () => {
    const body = { imagePullSecrets: [{ name: 'ghcr' }], secrets: [{ name: 'old-token' }] };
    expect(await readServiceAccount(answering({ body }), ref)).toEqual({
      state: 'exists',
      value: { ...ref, imagePullSecrets: ['ghcr'] },
    });
  });

  it('missing is told from "not allowed to look" and from "could not look"', async () => {
    expect(await readSecret(answering(refusal(404, 'NotFound')), ref)).toEqual({ state: 'missing' });
    expect(await readSecret(answering(refusal(403, 'Forbidden')), ref)).toEqual({
      state: 'unchecked',
      message: 'Forbidden!',
      permission: 'get secrets in shop',
    });
    expect(await readConfigMap(answering(networkError(new Error('x'), 'k')), ref)).toMatchObject({
      state: 'unchecked',
      permission: undefined,
    });
  });

  it('a 404 page of a proxy does not prove that something is missing', async () => {
    expect(await readSecret(answering({ status: 404, body: '<html>' }), ref)).toMatchObject({
      state: 'unchecked',
    });
  });

  it('an abort is an abort', async () => {
    const stop = new AbortController();
    const reading = readSecret(answering('never'), ref, stop.signal);
    stop.abort(new Error('left'));
    await expect(reading).rejects.toThrow('left');
  });
});

describe('readServerVersion', () => {
  it.each([
    [
      { gitVersion: 'v1.35.7', major: '1', minor: '35' },
      { gitVersion: 'v1.35.7', major: 1, minor: 35 },
    ],
    [
      { gitVersion: 'v1.31.4-gke.1', major: '1', minor: '31+' },
      { gitVersion: 'v1.31.4-gke.1', major: 1, minor: 31 },
    ],
    [{}, { gitVersion: '', major: 0, minor: 0 }],
  ])('%j', async (body, expected) => {
    expect(await readServerVersion(answering({ body }))).toEqual(expected);
  });
});
