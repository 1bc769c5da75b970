import { describe, expect, it } from 'vitest';
import { createFakeConnection, type Script } from '#lib/testing/fake-connection.ts';
import { readLimitRanges, readQuotas } from './read-limits.ts';
import { readClaim, readStorageClasses, readVolume, readVolumes } from './read-storage.ts';

const answering = (script: Script) => createFakeConnection(() => script);
const refusal = (code: number, reason: string): Script => ({
  status: code,
  body: { kind: 'Status', code, reason, message: `${reason}!` },
});
const ref = { namespace: 'shop', name: 'data' };

describe('storage and limits', () => {
  it.each([
    [
      'readClaim',
      (c: ReturnType<typeof answering>) => readClaim(c, ref),
      'get persistentvolumeclaims in shop',
    ],
    ['readVolume', (c: ReturnType<typeof answering>) => readVolume(c, 'pv-1'), 'get persistentvolumes'],
    ['readVolumes', (c: ReturnType<typeof answering>) => readVolumes(c), 'list persistentvolumes'],
    ['readStorageClasses', (c: ReturnType<typeof answering>) => readStorageClasses(c), 'list storageclasses'],
    ['readQuotas', (c: ReturnType<typeof answering>) => readQuotas(c, 'shop'), 'list resourcequotas in shop'],
    [
      'readLimitRanges',
      (c: ReturnType<typeof answering>) => readLimitRanges(c, 'shop'),
      'list limitranges in shop',
    ],
  ])('%s that is not allowed names the permission', async (_name, read, permission) => {
    expect(await read(answering(refusal(403, 'Forbidden')))).toMatchObject({
      state: 'unchecked',
      permission,
    });
  });

  it('a claim is missing only when the API server says so', async () => {
    expect(await readClaim(answering(refusal(404, 'NotFound')), ref)).toEqual({ state: 'missing' });
    expect(await readClaim(answering(refusal(503, 'ServiceUnavailable')), ref)).toMatchObject({
      state: 'unchecked',
      permission: undefined,
    });
  });

  it('a collection is asked for once, and told only as a whole', async () => {
    const items = [{ metadata: { name: 'standard' }, provisioner: 'x' }];
    const whole = answering({ body: { metadata: {}, items } });
    expect(await readStorageClasses(whole)).toMatchObject({ state: 'exists', value: [{ name: 'standard' }] });
    expect(whole.requests).toHaveLength(1);
    expect(whole.requests[0]).toMatchObject({
      path: '/apis/storage.k8s.io/v1/storageclasses',
      query: { limit: '500' },
    });
    const part = answering({ body: { metadata: { continue: 'x' }, items } });
    expect(await readStorageClasses(part)).toMatchObject({
      state: 'unchecked',
      because: 'there are more than 500',
    });
  });
});
