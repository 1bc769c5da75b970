import { describe, expect, it } from 'vitest';
import { backOff, primary } from '#lib/diagnosis/rule-case.fixture.ts';

const IMAGE = 'r.corp/team/app:1';

/** What containerd, CRI-O and docker say of pulls that fail; a pod without pull Secrets, and nothing else known. */
const WORDINGS: readonly (readonly [causeId: string, error: string])[] = [
  ['image-tag-not-found', 'reading manifest v9 in quay.io/acme/app: manifest unknown: manifest unknown'],
  [
    'image-tag-not-found',
    'failed to pull and unpack image "r.corp/a/b:1": failed to resolve reference "r.corp/a/b:1": r.corp/a/b:1: not found',
  ],
  [
    'image-repository-not-found',
    'initializing source docker://quay.io/acme/app:v9: reading manifest v9 in quay.io/acme/app: name unknown: repository not found',
  ],
  [
    'pull-secret-absent',
    'initializing source docker://docker.io/acme/app:v9: reading manifest v9 in docker.io/acme/app: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n',
  ],
  [
    'pull-secret-absent',
    'initializing source docker://quay.io/acme/app:v9: reading manifest v9 in quay.io/acme/app: unauthorized: access to the requested resource is not authorized',
  ],
  [
    'pull-secret-absent',
    'unable to retrieve auth token: invalid username/password: unauthorized: Could not find robot with specified username',
  ],
  [
    'registry-token-expired',
    'Error response from daemon: denied: Your authorization token has expired. Reauthenticate and try again.',
  ],
  [
    'registry-iam-permission-denied',
    'denied: User: arn:aws:sts::1:assumed-role/node/i-0 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:1:repository/app because no resource-based policy allows',
  ],
  [
    'pull-secret-absent',
    'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-docker.pkg.dev/v2/token?scope=x: 403 Forbidden',
  ],
  ['pull-secret-absent', 'denied: access forbidden'],
  ['pull-secret-absent', 'unauthorized: The client does not have permission for manifest'],
  [
    'registry-rate-limited',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.',
  ],
  ['registry-rate-limited', 'toomanyrequests: Rate exceeded'],
  [
    'registry-tls-untrusted',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'registry-tls-untrusted',
    'pinging container registry r.corp: Get "https://r.corp/v2/": x509: certificate has expired or is not yet valid',
  ],
  [
    'registry-plain-http',
    'failed to do request: Head "https://r.corp:5000/v2/a/manifests/1": http: server gave HTTP response to HTTPS client',
  ],
  [
    'registry-dns-failure',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": dial tcp: lookup r.corp on 10.0.0.2:53: no such host',
  ],
  [
    'registry-dns-failure',
    'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://production.cloudflare.docker.com/x": dial tcp: lookup production.cloudflare.docker.com: Temporary failure in name resolution',
  ],
  [
    'registry-unreachable',
    'failed to do request: Head "https://r.corp/v2/a/manifests/1": dial tcp 10.1.1.1:443: i/o timeout',
  ],
  [
    'registry-unreachable',
    'pinging container registry r.corp: Get "https://r.corp/v2/": dial tcp 10.1.1.1:443: connect: no route to host',
  ],
  [
    'registry-unreachable',
    'failed to copy: read tcp 10.0.0.4:4444->104.18.1.1:443: read: connection reset by peer',
  ],
  ['registry-unreachable', 'net/http: TLS handshake timeout'],
  ['registry-connection-refused', 'dial tcp 10.1.1.1:5000: connect: connection refused'],
  ['registry-proxy-misconfigured', 'proxyconnect tcp: dial tcp 10.2.2.2:3128: connect: connection refused'],
  [
    'registry-proxy-misconfigured',
    'failed to do request: Head "https://r.corp/v2/": Proxy Authentication Required',
  ],
  [
    'registry-server-error',
    'unexpected status from HEAD request to https://r.corp/v2/a/manifests/1: 503 Service Unavailable',
  ],
  ['registry-server-error', 'received unexpected HTTP status: 502 Bad Gateway'],
  [
    'registry-server-error',
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=x: 504 Gateway Timeout',
  ],
  [
    'node-disk-full-on-pull',
    'failed to extract layer sha256:1: write /var/lib/containerd/tmpmounts/x: no space left on device: unknown',
  ],
  [
    'node-disk-full-on-pull',
    'copying system image from manifest list: writing blob: storing blob to file "/var/tmp/container_images_storage1/1": write: no space left on device',
  ],
  ['image-platform-mismatch', 'no match for platform in manifest: not found'],
  [
    'image-platform-mismatch',
    'choosing image instance: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
  ],
  ['image-platform-mismatch', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  [
    'image-manifest-unsupported',
    'failed to get stream processor for application/vnd.in-toto+json: no processor for media-type: unknown',
  ],
  [
    'image-manifest-unsupported',
    'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image',
  ],
  [
    'image-layer-corrupt',
    'failed to extract layer sha256:1: failed to apply: archive/tar: invalid tar header: unknown',
  ],
  ['image-signature-rejected', 'Source image rejected: A signature was required, but no signature exists'],
  [
    'image-pull-no-progress-timeout',
    'failed to copy: httpReadSeeker: failed open: failed to do request: context canceled',
  ],
  ['image-pull-timeout', 'context deadline exceeded'],
  ['image-pull-qps-exceeded', 'pull QPS exceeded'],
  [
    'image-short-name-ambiguous',
    'short-name "x" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
  ],
  [
    'registry-token-expired',
    'unexpected status from HEAD request to https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/a/manifests/1: 403 Forbidden: Your authorization token has expired. Reauthenticate and try again.',
  ],
];

describe('a pull that fails', () => {
  it.each(WORDINGS)('%s: %s', (causeId, error) => {
    const found = primary({ spec: { image: IMAGE }, status: backOff(IMAGE, error) });
    expect(found.causeId).toBe(causeId);
    // A refusal alone never settles whether the repository is absent or the credentials are.
    if (causeId === 'pull-secret-absent') expect(found.certainty).toBe('possible');
  });
});
