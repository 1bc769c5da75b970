import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '#lib/model/pod.ts';
import { waiting } from '#lib/testing/build-pod.ts';
import { NOTHING_LOOKED_UP, primary } from '#lib/diagnosis/rule-case.fixture.ts';

describe('configuration', () => {
  const config = (message: string): Partial<ContainerStatus> => ({
    state: waiting('CreateContainerConfigError', message),
  });

  it('proves a missing ConfigMap by its lookup and names the near miss', () => {
    const found = primary({
      status: config('configmap "web-confg" not found'),
      references: {
        ...NOTHING_LOOKED_UP,
        configMaps: new Map([['web-confg', { state: 'missing' }]]),
        configMapNames: ['web-config'],
      },
    });
    expect(found).toMatchObject({
      causeId: 'configmap-not-found',
      certainty: 'proven',
      sentence: 'ConfigMap web-confg does not exist in shop; web-config does.',
    });
  });

  it('is only likely, and says what it needs, when the Secret may not be read', () => {
    const found = primary({ status: config('secret "db" not found') });
    expect(found).toMatchObject({ causeId: 'secret-not-found', certainty: 'likely' });
    expect(found.unchecked).toEqual([{ what: 'Secret db', permission: 'get secrets in shop' }]);
  });

  it('names the key a Secret has instead', () => {
    const value = { type: 'Opaque', keys: ['value'], registryHosts: [] };
    const found = primary({
      status: config("couldn't find key VALUE in Secret shop/app"),
      references: { ...NOTHING_LOOKED_UP, secrets: new Map([['app', { state: 'exists', value }]]) },
    });
    expect(found).toMatchObject({
      causeId: 'secret-key-not-found',
      certainty: 'proven',
      sentence: 'Secret app has no key VALUE; it has value.',
    });
  });

  it('sees that the object has appeared since', () => {
    const references = {
      ...NOTHING_LOOKED_UP,
      configMaps: new Map([['web', { state: 'exists', value: { keys: [] } }] as const]),
    };
    expect(primary({ status: config('configmap "web" not found'), references }).sentence).toContain(
      'exists now',
    );
  });
});
