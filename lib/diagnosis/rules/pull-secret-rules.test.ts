import { describe, expect, it } from 'vitest';
import {
  aDockerSecret,
  NOTHING_LOOKED_UP,
  primary,
  backOff,
  ANONYMOUS,
  privateImage,
} from '#lib/diagnosis/rule-case.fixture.ts';

describe('pull secrets', () => {
  const secrets = (entries: [string, Parameters<typeof Map.prototype.set>[1]][]) => ({
    ...NOTHING_LOOKED_UP,
    secrets: new Map(entries) as typeof NOTHING_LOOKED_UP.secrets,
  });

  it('proves a missing Secret from the lookup, with the near miss', () => {
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['ghcr-pul'],
      references: { ...secrets([['ghcr-pul', { state: 'missing' }]]), secretNames: ['ghcr-pull'] },
    });
    expect(found).toMatchObject({
      causeId: 'pull-secret-not-found',
      certainty: 'proven',
      sentence: 'The pull Secret ghcr-pul does not exist in shop; ghcr-pull does.',
    });
  });

  it('takes the word of the kubelet where it may not look', () => {
    const message =
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['regcred'],
      references: secrets([['regcred', { state: 'unchecked', permission: 'get secrets in shop' }]]),
      podEvents: [{ reason: 'FailedToRetrieveImagePullSecret', message }],
    });
    expect(found).toMatchObject({ causeId: 'pull-secret-not-found', certainty: 'proven' });
  });

  it('never says "missing" when it may not look and no event says so', () => {
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['regcred'],
      references: secrets([['regcred', { state: 'unchecked' }]]),
    });
    expect(found).toMatchObject({ causeId: 'pull-secret-not-matching-registry', certainty: 'possible' });
    expect(found.unchecked).toEqual([{ what: 'Secret regcred', permission: 'get secrets in shop' }]);
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual([
      'pull-secret-not-found',
      'pull-secret-wrong-type',
      'pull-secret-invalid-credentials',
      'image-repository-not-found',
    ]);
  });

  it('names a Secret of a type the kubelet ignores', () => {
    const value = { type: 'Opaque', keys: ['.dockerconfigjson'], registryHosts: [] };
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['ghcr'],
      references: secrets([['ghcr', { state: 'exists', value }]]),
    });
    expect(found).toMatchObject({ causeId: 'pull-secret-wrong-type', certainty: 'proven' });
    // Somebody may read its keys for something else.
    expect(found.remedies.flatMap(({ commands }) => commands).join(' ')).not.toContain('delete');
  });

  it('names the registries a Secret is for when none is the one needed', () => {
    const value = aDockerSecret('https://hub.docker.com');
    const serviceAccount = { state: 'exists', value: { imagePullSecrets: ['hub'] } } as const;
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['hub'],
      references: { ...secrets([['hub', { state: 'exists', value }]]), serviceAccount },
    });
    expect(found).toMatchObject({
      causeId: 'pull-secret-not-matching-registry',
      certainty: 'proven',
      sentence: 'Secret hub has credentials for https://hub.docker.com; the image needs ghcr.io.',
    });
    // The Secret that is there may open another registry for somebody else: it is neither deleted nor left out.
    const commands = found.remedies[0]?.commands.join('\n') ?? '';
    expect(commands).toContain('create secret docker-registry pull-ghcr-io -n shop');
    expect(commands).toContain(
      `--type=json -p '[{"op":"add","path":"/imagePullSecrets/-","value":{"name":"pull-ghcr-io"}}]'`,
    );
    expect(commands).not.toContain('delete');
  });

  it('says which repository is needed when an entry of its registry has another path', () => {
    const found = primary({
      ...privateImage,
      imagePullSecrets: ['team'],
      references: secrets([['team', { state: 'exists', value: aDockerSecret('ghcr.io/other') }]]),
    });
    expect(found).toMatchObject({
      causeId: 'pull-secret-not-matching-registry',
      sentence: 'Secret team has credentials for ghcr.io/other; the image needs ghcr.io/acme/web.',
    });
  });

  it.each(['exists', 'unchecked'] as const)(
    'attaches a Secret without replacing those of the account (account: %s)',
    (state) => {
      const serviceAccount =
        state === 'exists' ? ({ state, value: { imagePullSecrets: [] } } as const) : ({ state } as const);
      const found = primary({ ...privateImage, references: { ...NOTHING_LOOKED_UP, serviceAccount } });
      const attach = found.remedies[0]?.commands[1] ?? '';
      // A merge patch replaces the whole list: only JSON Patch operations that add, or test that there is none.
      expect(attach.split(' || ')).toHaveLength(state === 'exists' ? 1 : 2);
      for (const command of attach.split(' || ')) {
        expect(command).toMatch(
          /--type=json -p '\[(\{"op":"test","path":"\/imagePullSecrets","value":null\},\{"op":"add","path":"\/imagePullSecrets","value":\[\{"name":"registry"\}\]\}|\{"op":"add","path":"\/imagePullSecrets\/-","value":\{"name":"registry"\}\})\]'$/,
        );
      }
    },
  );

  it('says which credentials were refused when a Secret matched', () => {
    const error = 'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized';
    const found = primary({
      spec: { image: 'ghcr.io/acme/web:1' },
      status: backOff('ghcr.io/acme/web:1', error),
      imagePullSecrets: ['ghcr'],
      references: secrets([['ghcr', { state: 'exists', value: aDockerSecret('ghcr.io') }]]),
    });
    expect(found).toMatchObject({ causeId: 'pull-secret-invalid-credentials', certainty: 'likely' });
    expect(found.sentence).toBe('ghcr.io refuses acme/web with the credentials in Secret ghcr.');
  });

  it('finds no Secret on the pod at all; likely once its ServiceAccount was seen to have none', () => {
    const unseen = { ...NOTHING_LOOKED_UP, serviceAccount: { state: 'unchecked' } as const };
    expect(primary({ ...privateImage, references: unseen })).toMatchObject({
      causeId: 'pull-secret-absent',
      certainty: 'possible',
    });
    const seen = primary(privateImage);
    expect(seen).toMatchObject({ causeId: 'pull-secret-absent', certainty: 'likely' });
    // A registry may hide what is not there behind the same answer.
    expect(seen.candidates.map(({ causeId }) => causeId)).toEqual([
      'image-repository-not-found',
      'node-credential-provider-broken',
    ]);
  });

  it('rules an absent repository out when somebody runs it', () => {
    expect(primary({ ...privateImage, runningImages: ['ghcr.io/acme/web:0.9'] })).toMatchObject({
      causeId: 'pull-secret-absent',
      certainty: 'likely',
      candidates: [],
    });
  });

  it('sees that the ServiceAccount got its Secret after the pod was created', () => {
    const references = {
      ...NOTHING_LOOKED_UP,
      serviceAccount: { state: 'exists', value: { imagePullSecrets: ['ghcr'] } } as const,
    };
    const found = primary({ ...privateImage, references });
    expect(found.sentence).toContain('created before ServiceAccount default got ghcr');
    expect(found.remedies[0]?.commands).toEqual(['kubectl rollout restart deployment/web -n shop']);
  });

  it('prefers refused credentials over the anonymous try next to it', () => {
    const error = `[${ANONYMOUS}, failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized]`;
    const found = primary({
      spec: { image: 'ghcr.io/acme/web:1' },
      status: backOff('ghcr.io/acme/web:1', error),
      imagePullSecrets: ['ghcr'],
      references: secrets([['ghcr', { state: 'exists', value: aDockerSecret('ghcr.io') }]]),
    });
    expect(found.causeId).toBe('pull-secret-invalid-credentials');
  });
});

describe('a token of ECR', () => {
  const image = '1234.dkr.ecr.eu-west-1.amazonaws.com/web:1';
  const told = (hours: number | undefined) =>
    primary({
      spec: { image },
      status: backOff(
        image,
        `unexpected status from HEAD request to https://1234.dkr.ecr.eu-west-1.amazonaws.com/v2/web/manifests/1: 403 Forbidden`,
      ),
      imagePullSecrets: ['ecr'],
      now: Date.UTC(2026, 0, 15, 20),
      references: {
        ...NOTHING_LOOKED_UP,
        secrets: new Map([
          [
            'ecr',
            {
              state: 'exists',
              value: {
                ...aDockerSecret('1234.dkr.ecr.eu-west-1.amazonaws.com'),
                ...(hours === undefined ? {} : { dataUpdatedAt: Date.UTC(2026, 0, 15, 20 - hours) }),
              },
            },
          ],
        ]),
      },
    });

  it.each([
    [15, 'registry-token-expired', 'likely'],
    [3, 'registry-access-denied', 'possible'],
    [undefined, 'registry-access-denied', 'possible'],
  ] as const)('written %s hours ago: %s, %s', (hours, causeId, certainty) => {
    expect(told(hours)).toMatchObject({ causeId, certainty });
  });
});
