import { describe, expect, it } from 'vitest';
import type { Pod, Secret } from './client/objects.ts';
import { parseImage } from './image-reference.ts';
import { missingPullSecrets } from './credentials.ts';
import { pullImage } from './registry.ts';

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
  return pullImage(image, { pod, secrets, now: 0, chance: () => 0 });
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

  const entry = (password: string) => ({
    metadata: { ...metadata, name: 'regcred' },
    type: 'kubernetes.io/dockerconfigjson',
    data: {
      '.dockerconfigjson': Buffer.from(
        JSON.stringify({
          auths: Object.fromEntries([...PRIVATE_HOSTS].map((host) => [host, { username: 'AWS', password }])),
        }),
      ).toString('base64'),
    },
  });
  const PRIVATE_HOSTS = ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'harbor.acme.example', 'ghcr.io'];
  const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/payments/gateway:1.1.0';
  const token = (expiration: number) =>
    Buffer.from(JSON.stringify({ version: '2', expiration })).toString('base64');

  it('lets an ECR token die at the end of its life', () => {
    expect(errorOf(pull(ECR, aPod('regcred'), entry(token(1))))).toBeUndefined();
    expect(errorOf(pull(ECR, aPod('regcred'), entry(token(0))))).toMatch(
      /unexpected status from HEAD request to https:\/\/123456789012\.dkr\.\S+\/v2\/payments\/gateway\/manifests\/1\.1\.0: 403 Forbidden$/,
    );
    expect(errorOf(pull(ECR))).toContain('no basic auth credentials');
  });

  it('refuses a password that was revoked', () => {
    expect(
      errorOf(pull('harbor.acme.example/team/portal:1.1.0', aPod('regcred'), entry('revoked'))),
    ).toContain('403 Forbidden');
    const image = 'ghcr.io/acme-internal/license-server:1.1.0';
    expect(errorOf(pull(image, aPod('regcred'), entry('revoked')))).toContain('failed to fetch oauth token');
  });

  it.each([
    ['ghcr.io/acme/gpu-worker:2.0.0', 'no match for platform in manifest: not found'],
    ['ghcr.io/acme/model-server:9.0.0', 'no space left on device'],
    [
      'acme/site:1.1.0',
      '429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit',
    ],
    ['registry.acme.example/app:1', 'x509: certificate signed by unknown authority'],
    ['registry.acme.example:5000/app:1', 'http: server gave HTTP response to HTTPS client'],
    ['slow.acme.example/app:1', 'dial tcp 203.0.113.20:443: i/o timeout'],
    ['down.acme.example/app:1', 'connect: connection refused'],
    ['broken.acme.example/app:1', '503 Service Unavailable'],
    ['ghcr.io/acme/no-such-service:1', 'failed to fetch anonymous token'],
  ])('%s: %s', (image, text) => expect(errorOf(pull(image))).toContain(text));
});
