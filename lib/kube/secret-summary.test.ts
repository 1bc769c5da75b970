import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretSummary } from './secret-summary.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const metadata = {
  name: 'ghcr',
  namespace: 'shop',
  creationTimestamp: '2026-11-20T00:00:00Z',
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"CANARY"}' },
};
const pullSecret = (config: unknown) => ({
  metadata,
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': base64(JSON.stringify(config)) },
});

describe('secretSummary', () => {
  it('keeps type and key names of an opaque Secret', () => {
    expect(
      secretSummary({
        metadata,
        type: 'Opaque',
        data: { password: base64('CANARY'), 'api-key': base64('CANARY') },
      }),
    ).toEqual({
      name: 'ghcr',
      namespace: 'shop',
      type: 'Opaque',
      keys: ['api-key', 'password'],
      createdAt: Date.UTC(2026, 10, 20),
      dataUpdatedAt: undefined,
    });
  });

  it('reads the addresses and the users of a pull secret', () => {
    const summary = secretSummary(
      pullSecret({
        auths: {
          'https://index.docker.io/v1/': { username: 'ana', password: 'CANARY' },
          'GHCR.io': { auth: base64('bot:CANARY:with:colons') },
          'registry.example:5000/team': { auth: base64('CANARYwithoutcolon') },
          'https://CANARY:CANARY@mirror.example/x': {},
          'quay.io': 'CANARY',
          'https://harbor.example/team/?token=CANARY#CANARY': {},
          'bot:CAN/ARY@odd.example/x': {},
          'oci://ghcr.io': {},
        },
      }),
    );
    expect(summary.registryHosts).toEqual([
      'index.docker.io/v1/',
      'GHCR.io',
      'registry.example:5000/team',
      'mirror.example/x',
      'quay.io',
      'harbor.example/team/',
      'odd.example/x',
      'oci://ghcr.io',
    ]);
    expect(summary.userNames).toEqual(['ana', 'bot', '', '', '', '', '', '']);
    expect(summary.malformed).toBeUndefined();
    expect(JSON.stringify(summary)).not.toMatch(/CAN|ARY/);
  });

  it('reads the old format without auths', () => {
    const data = { '.dockercfg': base64(JSON.stringify({ 'quay.io': { auth: base64('bot:x') } })) };
    expect(secretSummary({ metadata, type: 'kubernetes.io/dockercfg', data })).toMatchObject({
      registryHosts: ['quay.io'],
      userNames: ['bot'],
    });
  });

  it.each<[string, object]>([
    ['no key', { metadata, type: 'kubernetes.io/dockerconfigjson', data: {} }],
    [
      'no JSON',
      { metadata, type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64('CANARY{') } },
    ],
    [
      'base64 twice',
      {
        metadata,
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': base64(base64('{}')) },
      },
    ],
    ['no auths', pullSecret({ 'ghcr.io': { auth: 'CANARY' } })],
    ['auths as a list', pullSecret({ auths: ['CANARY'] })],
  ])('flags a pull secret with %s as malformed', (_name, secret) => {
    const summary = secretSummary(secret as Record<string, unknown>);
    expect(summary).toMatchObject({ malformed: true, registryHosts: [], userNames: [] });
    expect(JSON.stringify(summary)).not.toContain('CANARY');
  });

  it('tells when the data was last written, not the labels', () => {
    const managedFields = [
      { time: '2026-11-20T10:00:00Z', fieldsV1: { 'f:data': { '.': {} }, 'f:type': {} } },
      { time: '2026-11-20T11:00:00Z', fieldsV1: { 'f:data': { 'f:.dockerconfigjson': {} } } },
      { time: '2026-11-21T00:00:00Z', fieldsV1: { 'f:metadata': { 'f:labels': {} } } },
    ];
    expect(secretSummary({ metadata: { ...metadata, managedFields } }).dataUpdatedAt).toBe(
      Date.UTC(2026, 10, 20, 11),
    );
  });

  it('never keeps a planted value, whatever the Secret looks like', () => {
    const canary = 'c4n4ry-0b7f';
    const forms = [canary, base64(canary), encodeURIComponent(canary), base64(`user:${canary}`)];
    const value = fc.constantFrom(
      ...forms,
      base64(JSON.stringify({ auths: { 'ghcr.io': { password: canary, auth: base64(`u:${canary}`) } } })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Opaque',
          'kubernetes.io/dockerconfigjson',
          'kubernetes.io/dockercfg',
          'kubernetes.io/tls',
          '',
        ),
        fc.dictionary(fc.constantFrom('.dockerconfigjson', '.dockercfg', 'tls.key', 'password'), value),
        fc.dictionary(fc.constantFrom('stringData', 'immutable', 'extra'), value),
        (type, data, extra) => {
          const kept = JSON.stringify(
            secretSummary({ metadata: { ...metadata, annotations: data }, type, data, ...extra }),
          );
          for (const form of forms) expect(kept).not.toContain(form);
        },
      ),
    );
  });

  it.each([[{}], [{ metadata: 1, data: [], type: {} }]])('reads %j without throwing', (secret) => {
    expect(secretSummary(secret)).toMatchObject({ type: 'Opaque', keys: [], createdAt: 0 });
  });
});

it('tells when a token of ECR expires, and keeps nothing else of it', () => {
  const password = Buffer.from('{"payload":"p","type":"DATA_KEY","expiration":1700000000}').toString(
    'base64',
  );
  const told = (login: object) =>
    secretSummary({
      type: 'kubernetes.io/dockerconfigjson',
      data: {
        '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { 'x.example': login } })).toString(
          'base64',
        ),
      },
    });
  const auth = Buffer.from(`AWS:${password}`).toString('base64');
  expect(told({ auth }).tokenExpiresAt).toBe(1_700_000_000_000);
  expect(told({ username: 'AWS', password }).tokenExpiresAt).toBe(1_700_000_000_000);
  expect(told({ username: 'AWS', password: 'opaque' }).tokenExpiresAt).toBeUndefined();
  expect(told({ username: 'somebody', password }).tokenExpiresAt).toBeUndefined();
  expect(JSON.stringify(told({ auth }))).not.toContain(password.slice(0, 12));
});
