import { describe, expect, it } from 'vitest';
import { aNode } from '#lib/testing/build-cluster.ts';
import { backOff, inputOf, primary } from '#lib/diagnosis/rule-case.fixture.ts';
import { diagnose } from '#lib/diagnosis/diagnose.ts';
import { mirrorIn } from '#lib/diagnosis/pull-origin.ts';
import { waiting } from '#lib/testing/build-pod.ts';

const resolve = (image: string, error: string) =>
  backOff(
    image,
    `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${error}`,
  );
const onNode = (node: Parameters<typeof aNode>[0]) => [aNode({ name: 'node-1', ...node })];
const NGINX = 'docker.io/library/nginx:1.27';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v3';
const NO_BASIC = `pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

describe('registry-mirror-broken', () => {
  it('reads the mirror from the namespace containerd asks it for', () => {
    const found = primary({
      spec: { image: NGINX },
      status: resolve(
        NGINX,
        'failed to do request: Head "https://mirror.corp:5000/v2/library/nginx/manifests/1.27?ns=docker.io": dial tcp 10.0.0.9:5000: connect: connection refused',
      ),
    });
    expect(found).toMatchObject({ causeId: 'registry-mirror-broken', certainty: 'likely' });
    expect(found.sentence).toContain('mirror.corp:5000');
    expect(found.sentence).toContain('docker.io');
  });

  it('leaves a registry that was asked itself alone', () => {
    const found = primary({
      spec: { image: NGINX },
      status: resolve(
        NGINX,
        'failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.27": dial tcp 10.0.0.9:443: connect: connection refused',
      ),
    });
    expect(found.causeId).toBe('registry-connection-refused');
  });

  it('a page in place of a manifest is never the image, and not more than possible', () => {
    const found = primary({
      spec: { image: 'docker.io/library/node:latest' },
      status: backOff(
        'docker.io/library/node:latest',
        'failed to pull and unpack image "docker.io/library/node:latest": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:1a2ff2f5: not found',
      ),
    });
    expect(found).toMatchObject({ causeId: 'registry-mirror-broken', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toContain('registry-proxy-misconfigured');
  });

  it('a cache that answers 500 may be at fault, or what is behind it', () => {
    const found = primary({
      spec: { image: 'harbor.corp/dockerhub-proxy/library/redis:7' },
      status: resolve(
        'harbor.corp/dockerhub-proxy/library/redis:7',
        'unexpected status from HEAD request to https://harbor.corp/v2/dockerhub-proxy/library/redis/manifests/7: 500 Internal Server Error',
      ),
    });
    expect(found).toMatchObject({ causeId: 'registry-mirror-broken', certainty: 'possible' });
    expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['registry-server-error']);
  });

  it.each([
    ['https://docker.io/v2/x?ns=docker.io', undefined],
    ['https://m/v2/x/manifests/1?a=b&ns=quay.io"', { host: 'm', of: 'quay.io' }],
    ['ns=docker.io', undefined],
  ])('%s', (text, mirror) => expect(mirrorIn(text)).toEqual(mirror));
});

describe('image-only-local', () => {
  const denied = (image: string) => ({
    spec: { image },
    status: resolve(
      `docker.io/library/${image}`,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ),
  });

  it('a bare name on a developer’s cluster was built there and not loaded', () => {
    const found = primary({
      ...denied('checkout-api:dev'),
      nodes: onNode({ providerId: 'kind://docker/kind/kind-worker' }),
    });
    expect(found).toMatchObject({ causeId: 'image-only-local', certainty: 'likely' });
    expect(found.remedies[0]?.commands).toContain('kind load docker-image checkout-api:dev');
  });

  it('elsewhere it is a candidate only', () => {
    const found = primary({
      ...denied('checkout-api:dev'),
      nodes: onNode({ providerId: 'aws:///eu-west-1a/i-0' }),
    });
    expect(found.causeId).not.toBe('image-only-local');
    expect(found.candidates.map(({ causeId }) => causeId)).toContain('image-only-local');
  });

  it('a misspelled official image stays a misspelling', () => {
    const found = primary({
      ...denied('nginy:1.27'),
      nodes: onNode({ providerId: 'kind://docker/kind/kind-worker' }),
    });
    expect(found.causeId).toBe('image-repository-not-found');
  });

  it('an image of a registry is never meant', () => {
    const found = primary({
      spec: { image: 'ghcr.io/acme/web:1' },
      status: resolve('ghcr.io/acme/web:1', 'ghcr.io/acme/web:1: not found'),
      nodes: onNode({ providerId: 'kind://docker/kind/kind-worker' }),
    });
    expect(found.causeId).toBe('image-tag-not-found');
  });
});

describe('image-credential-reverification', () => {
  const never = {
    spec: { image: 'quay.io/acme/main:4.11', imagePullPolicy: 'Never' as const },
    status: {
      state: waiting(
        'ErrImageNeverPull',
        'Container image "quay.io/acme/main:4.11" is not present with pull policy of Never',
      ),
    },
  };

  it('a kubelet of 1.35 says "not present" of an image another pod runs beside it', () => {
    const found = primary({
      ...never,
      nodes: onNode({ kubeletVersion: 'v1.35.4' }),
      imagesOnNode: ['quay.io/acme/main:4.11'],
    });
    expect(found).toMatchObject({ causeId: 'image-credential-reverification', certainty: 'likely' });
  });

  it.each([
    ['possible', 'quay.io/acme/main:4.11', []],
    ['possible', 'acme/main:dev', ['acme/main:dev']],
    ['likely', 'acme/main:dev', []],
  ])(
    'absence is %s of %s when pods run %j, and the other cause stays a candidate',
    (certainty, image, runningImages) => {
      const spec = { ...never.spec, image };
      const found = primary({ ...never, spec, nodes: onNode({ kubeletVersion: 'v1.36.0' }), runningImages });
      expect(found).toMatchObject({ causeId: 'image-never-pull-absent', certainty });
      expect(found.candidates.map(({ causeId }) => causeId)).toEqual(['image-credential-reverification']);
    },
  );

  it.each(['v1.34.9', '', 'v0.40.0'])('a kubelet of version "%s" means what it says', (kubeletVersion) => {
    const found = primary({
      ...never,
      nodes: onNode({ kubeletVersion }),
      imagesOnNode: ['quay.io/acme/main:4.11'],
    });
    expect(found).toMatchObject({ causeId: 'image-never-pull-absent', certainty: 'likely' });
  });

  it('explains a refusal for an image that is on the node and need not be pulled', () => {
    const found = primary({
      spec: { image: 'ghcr.io/acme/web:1', imagePullPolicy: 'IfNotPresent' },
      status: resolve(
        'ghcr.io/acme/web:1',
        'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=x: 403 Forbidden',
      ),
      nodes: onNode({ kubeletVersion: 'v1.35.0' }),
      imagesOnNode: ['ghcr.io/acme/web:1'],
    });
    expect(found.causeId).toBe('image-credential-reverification');
  });
});

describe('pull-secret-wrong-namespace', () => {
  const input = {
    spec: { image: 'ghcr.io/acme/web:1' },
    status: resolve(
      'ghcr.io/acme/web:1',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=x: 403 Forbidden',
    ),
    imagePullSecrets: ['regcred'],
    podEvents: [
      {
        reason: 'FailedToRetrieveImagePullSecret',
        message:
          'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      },
    ],
  };

  it('names the namespace that has it', () => {
    const found = primary({ ...input, pullSecretNamespaces: new Map([['regcred', ['billing', 'shop']]]) });
    expect(found).toMatchObject({ causeId: 'pull-secret-wrong-namespace', certainty: 'likely' });
    expect(found.sentence).toContain('billing');
    expect(found.sentence).not.toContain('pods of shop');
  });

  it('nowhere else: it does not exist', () => {
    expect(primary({ ...input, pullSecretNamespaces: new Map([['regcred', ['shop']]]) }).causeId).toBe(
      'pull-secret-not-found',
    );
  });
});

describe('node-credential-provider-broken', () => {
  const input = { spec: { image: ECR }, status: resolve(ECR, NO_BASIC) };

  it('a machine of the registry’s cloud that asks without credentials', () => {
    const found = primary({ ...input, nodes: onNode({ providerId: 'aws:///eu-west-1a/i-0abc' }) });
    expect(found).toMatchObject({ causeId: 'node-credential-provider-broken', certainty: 'possible' });
  });

  it('and that pulled from there before: they ran out', () => {
    const found = primary({
      ...input,
      nodes: onNode({ providerId: 'aws:///eu-west-1a/i-0abc' }),
      imagesOnNode: [ECR.replace('v3', 'v2')],
    });
    expect(found.causeId).toBe('node-registry-credentials-stale');
  });

  it('a machine somewhere else needs a pull Secret', () => {
    const found = primary({ ...input, nodes: onNode({ providerId: 'kind://docker/kind/kind-worker' }) });
    expect(found.causeId).toBe('pull-secret-absent');
    expect(found.candidates.map(({ causeId }) => causeId)).toContain('node-credential-provider-broken');
  });
});

describe('image-volume-failed', () => {
  const MODEL = 'quay.io/acme/model:v7';
  const withVolume = (state: ReturnType<typeof waiting>) => {
    const input = inputOf({
      spec: {
        image: 'ghcr.io/acme/web:1',
        mounts: [{ volume: 'model', mountPath: '/model', readOnly: true }],
      },
      status: { state },
    });
    const pod = input.pod && {
      ...input.pod,
      template: {
        ...input.pod.template,
        volumes: [{ name: 'model', kind: 'image', optional: false, reference: MODEL }],
      },
    };
    return diagnose({ ...input, pod })[0];
  };

  it.each([
    [
      'ImagePullBackOff',
      `Back-off pulling image "${MODEL}": ErrImagePull: failed to resolve reference "${MODEL}": ${MODEL}: not found`,
    ],
    [
      'ErrImagePull',
      `failed to pull and unpack image "${MODEL}": failed to resolve reference "${MODEL}": ${MODEL}: not found`,
    ],
  ])('%s of the volume’s image is not that of the container', (reason, message) => {
    const found = withVolume(waiting(reason, message));
    expect(found).toMatchObject({ causeId: 'image-volume-failed', certainty: 'proven' });
    expect(found.sentence).toContain(MODEL);
  });

  it('CRI-O says when the mount fails', () => {
    expect(
      withVolume(
        waiting('CreateContainerError', 'ImageVolumeMountFailed: mount quay.io/acme/model: no layers'),
      ).causeId,
    ).toBe('image-volume-failed');
  });

  it('the container’s own image keeps its own causes', () => {
    const own = 'ghcr.io/acme/web:1';
    expect(
      withVolume(
        waiting('ImagePullBackOff', `Back-off pulling image "${own}": ErrImagePull: ${own}: not found`),
      ).causeId,
    ).toBe('image-tag-not-found');
  });
});
