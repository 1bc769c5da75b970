import { describe, expect, it } from 'vitest';
import { apiStatusError } from './api-error.ts';
import { maskCredentials } from './mask.ts';
import { networkError } from './network-error.ts';

const forbidden = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message:
    'pods is forbidden: User "viewer" cannot list resource "pods" in API group "" at the cluster scope',
  reason: 'Forbidden',
  details: { kind: 'pods' },
  code: 403,
});

describe('apiStatusError', () => {
  it('keeps code, reason, details and the message of a Status', () => {
    expect(apiStatusError(403, {}, forbidden)).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      details: { kind: 'pods', causes: [] },
      message: expect.stringMatching(/^pods is forbidden: User "viewer"/) as string,
    });
  });

  it.each<[string, number, Record<string, string>, string, RegExp]>([
    [
      'an HTML page',
      502,
      { 'content-type': 'text/html' },
      '<html><head><title>502 Bad Gateway</title>',
      /answered 502 with a web page \("502 Bad Gateway"\)/,
    ],
    ['HTML without a type', 503, {}, '<!doctype html><p>x', /answered 503 with a web page/],
    ['an empty body', 504, {}, '', /answered 504 with an empty body/],
    ['plain text', 404, {}, '404 page not found\n', /answered 404: 404 page not found/],
    [
      'a redirect',
      302,
      { location: 'https://login.example/?next=secret' },
      '',
      /redirect \(302\) to login\.example, which is not followed/,
    ],
    ['a proxy that wants a login', 407, {}, '', /proxy .* wants a login/],
    ['broken JSON', 500, {}, '{"kind":"Status","mess', /answered 500/],
    ['JSON that is no Status', 500, {}, '{"error":"x"}', /answered 500/],
  ])('%s becomes a sentence', (_name, code, headers, body, message) => {
    const error = apiStatusError(code, headers, body);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/unexpected/i);
  });

  it.each<[string, Record<string, string>, string, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, '', 7_000],
    [
      'a date, against the server clock',
      { 'retry-after': 'Sat, 21 Nov 2026 03:00:07 GMT', date: 'Sat, 21 Nov 2026 03:00:00 GMT' },
      '',
      7_000,
    ],
    ['the Status', {}, '{"kind":"Status","details":{"retryAfterSeconds":3}}', 3_000],
    ['nothing', {}, '', undefined],
    ['nonsense', { 'retry-after': 'soon' }, '', undefined],
  ])('reads Retry-After from %s', (_name, headers, body, expected) => {
    expect(apiStatusError(429, headers, body).retryAfterMs).toBe(expected);
  });

  it('masks credentials the server echoes', () => {
    const body = JSON.stringify({
      kind: 'Status',
      code: 400,
      message: 'cannot pull https://bob:hunter2@registry.example/app with Bearer abcdef123456',
    });
    const { message } = apiStatusError(400, {}, body);
    expect(message).toBe('cannot pull https://***@registry.example/app with Bearer ***');
  });
});

describe('networkError', () => {
  const coded = (code: string) => Object.assign(new Error('raw'), { code });
  it.each<[string, unknown, string, RegExp]>([
    ['DNS', coded('ENOTFOUND'), 'dns', /cannot be resolved/],
    [
      'refused, nested as fetch does',
      new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }),
      'refused',
      /refuses connections/,
    ],
    [
      'refused on both address families',
      new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]),
      'refused',
      /refuses/,
    ],
    ['no route', coded('EHOSTUNREACH'), 'unreachable', /no network route/],
    ['reset', coded('UND_ERR_SOCKET'), 'reset', /broke/],
    ['connect timeout', coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout', /does not answer/],
    ['expired certificate', coded('CERT_HAS_EXPIRED'), 'tls', /certificate has expired/],
    ['wrong name', coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls', /another name/],
    [
      'unknown authority',
      coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      'tls',
      /authority the kubeconfig does not name/,
    ],
    [
      'proxy refusal',
      new Error('Proxy response (407) !== 200 when HTTP Tunneling'),
      'proxy',
      /proxy did not connect.*407/,
    ],
    ['anything else', new Error('odd thing\nstack'), 'other', /cannot be reached: odd thing\.$/],
  ])('%s', (_name, error, failure, message) => {
    const classified = networkError(error, 'cluster:6443');
    expect(classified.failure).toBe(failure);
    expect(classified.message).toMatch(message);
    expect(classified.message).toContain('cluster:6443');
  });
});

describe('maskCredentials', () => {
  it.each([
    ['http://user:p@ss@host/x', 'http://***@host/x'],
    ['oci://token@ghcr.io/app', 'oci://***@ghcr.io/app'],
    ['Authorization: Basic dXNlcjpwdw==', 'Authorization: Basic ***'],
    ['https://registry.example/app@sha256:abc is fine', 'https://registry.example/app@sha256:abc is fine'],
    ['mail bob@example.com', 'mail bob@example.com'],
  ])('%s', (text, masked) => expect(maskCredentials(text)).toBe(masked));
});
