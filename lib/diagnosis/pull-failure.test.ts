import { describe, expect, it } from 'vitest';
import { classify, pullErrorText } from './pull-failure.ts';

describe('classify', () => {
  it.each([
    [
      'name-invalid',
      'Failed to apply default image tag "web:": couldn\'t parse image name "web:": invalid reference format',
    ],
    ['never-pull', 'Container image "web:1" is not present with pull policy of Never'],
    ['platform', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
    ['platform', 'failed to pull: no match for platform in manifest: not found'],
    ['rate-limit', 'toomanyrequests: You have reached your pull rate limit.'],
    ['plain-http', 'http: server gave HTTP response to HTTPS client'],
    ['tls', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['dns', 'dial tcp: lookup ghrc.io on 10.0.0.2:53: server misbehaving'],
    ['refused', 'dial tcp 10.0.0.9:443: connect: connection refused'],
    ['disk', 'failed to extract layer sha256:1: write /x: no space left on device'],
    ['anonymous', 'no basic auth credentials'],
    ['credentials-refused', 'unable to retrieve auth token: invalid username/password: unauthorized'],
    [
      'forbidden',
      'unexpected status from HEAD request to https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/a/manifests/1: 403 Forbidden',
    ],
    ['manifest-unknown', 'manifest for acme/web:9 not found: manifest unknown: manifest unknown'],
    ['denied', "pull access denied for acme/web, repository does not exist or may require 'docker login'"],
    ['not-found', 'failed to resolve reference "ghcr.io/a/b:9": ghcr.io/a/b:9: not found'],
    ['server-error', 'received unexpected HTTP status: 502 Bad Gateway'],
    ['unreachable', 'net/http: TLS handshake timeout'],
    ['timeout', 'context deadline exceeded'],
    ['signature', 'Source image rejected: A signature was required, but no signature exists'],
    ['server-error', 'unexpected status code https://ghcr.io/v2/a/b/blobs/sha256:0a: 401 Unauthorized'],
    ['manifest-format', 'media-type: schema 1 not supported'],
    ['corrupt', 'unexpected commit digest sha256:1, expected sha256:2: failed precondition'],
    ['short-name', 'short-name "web" did not resolve to an alias'],
    [undefined, 'Das Abbild wurde nicht geladen'],
  ])('%s: %s', (expected, text) => expect(classify(text)).toBe(expected));

  it('takes the most telling of several errors: refused credentials beside a server error', () => {
    const text =
      '[rpc error: code = Unknown desc = received unexpected HTTP status: 500, unauthorized: incorrect username or password]';
    expect(classify(text)).toBe('credentials-refused');
  });
});

describe('pullErrorText', () => {
  it.each([
    ['Back-off pulling image "a:1": ErrImagePull: a:1: not found', 'a:1: not found'],
    ['Back-off pulling image "a:1"', undefined],
    ['', undefined],
    ['a:1: not found', 'a:1: not found'],
  ])('of %j is %j', (message, text) => expect(pullErrorText(message)).toBe(text));
});
