import { describe, expect, it } from 'vitest';
import type { Pod, Secret } from './client/objects.ts';
import { parseImage } from './image-reference.ts';
import { missingPullSecrets, pullImage } from './registry.ts';

const metadata = { name: 'p', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const aPod = (...secrets: string[]): Pod => ({
  metadata,
  spec: { containers: [], imagePullSecrets: secrets.map((name) => ({ name })) },
});
const holding = (...hosts: string[]): Secret => ({
  metadata: { ...metadata, name: 'regcred' },
  type: 'kubernetes.io/dockerconfigjson',
  data: {
    '.dockerconfigjson': Buffer.from(
      JSON.stringify({ auths: Object.fromEntries(hosts.map((host) => [host, {}])) }),
    ).toString('base64'),
  },
});
const pull = (image: string, pod = aPod(), secret?: Secret) => {
  const secrets = {
    get: (_namespace: string | undefined, name: string) => (name === 'regcred' ? secret : undefined),
  };
  return pullImage(image, { pod, secrets, chance: () => 0 });
};
const errorOf = (outcome: ReturnType<typeof pullImage>) =>
  outcome && 'error' in outcome ? outcome.error : undefined;

describe('image references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['foo/bar:1', 'docker.io/foo/bar:1'],
    ['myregistry/app:1', 'docker.io/myregistry/app:1'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['ghcr.io/a/b/c:v1', 'ghcr.io/a/b/c:v1'],
  ])('%s means %s', (image, full) => expect(parseImage(image)?.full).toBe(full));

  it.each(['Nginx', 'nginx:', '/nginx', 'https://ghcr.io/a/b', 'a b', '${IMAGE}', '<image>', ''])(
    '%j is none',
    (image) => expect(parseImage(image)).toBeUndefined(),
  );
});

describe('registry', () => {
  it('delivers a tag that exists', () => {
    expect(pull('redis:7-alpine')).toMatchObject({
      bytes: 17_262_231,
      digest: expect.stringMatching(/^sha256:/) as string,
    });
  });

  it('does not find a tag nobody pushed, in the words of containerd', () => {
    const image = 'ghcr.io/vlrrbn/lab30-web-metrics:does-not-exist';
    expect(errorOf(pull(image))).toBe(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
    );
  });

  it('says the same for a misspelled and a forbidden repository of Docker Hub', () => {
    expect(errorOf(pull('nginy:1'))).toContain(
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    );
  });

  it('refuses the anonymous token for a private repository', () => {
    expect(errorOf(pull('ghcr.io/acme-internal/license-server:1.1.0'))).toMatch(
      /failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https:\/\/ghcr.io\/token\?\S+: 403 Forbidden$/,
    );
  });

  it('opens it to a pod whose pull Secret speaks to that registry, and to no other', () => {
    const image = 'ghcr.io/acme-internal/license-server:1.1.0';
    expect(errorOf(pull(image, aPod('regcred'), holding('ghcr.io')))).toBeUndefined();
    expect(errorOf(pull(image, aPod('regcred'), holding('quay.io')))).toContain('403 Forbidden');
    expect(errorOf(pull(image, aPod(), holding('ghcr.io')))).toContain('403 Forbidden');
  });

  it('knows no host that does not exist', () => {
    expect(errorOf(pull('registry.intranet/app:1'))).toContain(
      'dial tcp: lookup registry.intranet: no such host',
    );
  });

  it('names pull Secrets that are missing', () => {
    expect(missingPullSecrets(aPod('regcred', 'other'), { get: () => undefined })).toEqual([
      'regcred',
      'other',
    ]);
  });
});
