import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRequest, type RequestFacts } from './judge-request.ts';

const POLICY = {
  hosts: ['localhost:4180', '127.0.0.1:4180', '[::1]:4180'],
  origins: ['http://localhost:4180', 'http://127.0.0.1:4180', 'http://[::1]:4180'],
};
const curl: RequestFacts = {
  method: 'GET',
  path: '/',
  host: '127.0.0.1:4180',
  origin: undefined,
  secFetchSite: undefined,
  secFetchMode: undefined,
  secFetchDest: undefined,
  contentType: undefined,
};
const link = { secFetchSite: 'cross-site', secFetchMode: 'navigate', secFetchDest: 'document' };
const write = {
  method: 'POST',
  path: '/api/actions',
  origin: 'http://127.0.0.1:4180',
  secFetchSite: 'same-origin',
  contentType: 'application/json',
};
const status = (facts: Partial<RequestFacts>) => {
  const verdict = judgeRequest({ ...curl, ...facts }, POLICY);
  return verdict.allowed ? 200 : verdict.status;
};

describe('Host', () => {
  it.each(['localhost:4180', 'LOCALHOST:4180', '127.0.0.1:4180', '[::1]:4180'])('%s is served', (host) => {
    expect(status({ host })).toBe(200);
  });
  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4180',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.0.0.1:04180',
    '127.0.0.1.nip.io:4180',
    'localhost.evil:4180',
    'localhost.:4180',
    'localhost:4180.',
    ' localhost:4180',
    'user@localhost:4180',
    '127.1:4180',
    '0x7f.1:4180',
    '2130706433:4180',
    '0.0.0.0:4180',
    '::1:4180',
    '[0:0:0:0:0:0:0:1]:4180',
    '[::ffff:127.0.0.1]:4180',
    'localhost:4180, evil.example',
  ])('%s is not', (host) => {
    expect(status({ host })).toBe(421);
  });
});

describe('reads', () => {
  it.each<[string, Partial<RequestFacts>, number]>([
    ['a program without browser headers', {}, 200],
    [
      'an address typed in',
      { secFetchSite: 'none', secFetchMode: 'navigate', secFetchDest: 'document' },
      200,
    ],
    ['our own page', { path: '/api/incidents', secFetchSite: 'same-origin', secFetchMode: 'cors' }, 200],
    [
      'our own event stream',
      { path: '/api/stream', secFetchSite: 'same-origin', secFetchDest: 'empty' },
      200,
    ],
    ['a link on another site to a page', { path: '/incidents/x', ...link }, 200],
    ['a link on another port of localhost', { ...link, secFetchSite: 'same-site' }, 200],
    ['a frame on another site', { ...link, secFetchDest: 'iframe' }, 403],
    ['an object on another site', { ...link, secFetchDest: 'object' }, 403],
    ['a link on another site to the API', { path: '/api/incidents', ...link }, 403],
    ['a link on another site to the API root', { path: '/api', ...link }, 403],
    [
      'an image on another site',
      { path: '/', secFetchSite: 'cross-site', secFetchMode: 'no-cors', secFetchDest: 'image' },
      403,
    ],
    [
      'an event stream of another site',
      { path: '/api/stream', secFetchSite: 'cross-site', secFetchMode: 'cors' },
      403,
    ],
    [
      'another port of localhost',
      { path: '/api/incidents', secFetchSite: 'same-site', secFetchMode: 'cors' },
      403,
    ],
    [
      'a script tag on another site',
      { path: '/_next/static/a.js', secFetchSite: 'cross-site', secFetchDest: 'script' },
      403,
    ],
    ['a script opened by a link', { path: '/_next/static/a.js', ...link }, 403],
    ['a foreign Origin', { path: '/api/incidents', origin: 'http://evil.example' }, 403],
    ['a foreign Origin on a page', { origin: 'http://evil.example' }, 403],
    ['the null Origin', { path: '/api/incidents', origin: 'null' }, 403],
    ['an Origin of another port', { path: '/api/incidents', origin: 'http://127.0.0.1:3000' }, 403],
    ['an Origin with a look-alike scheme', { path: '/api/incidents', origin: 'https://127.0.0.1:4180' }, 403],
    ['a Sec-Fetch-Site nobody knows', { secFetchSite: 'friendly' }, 403],
    ['two Sec-Fetch-Site values', { secFetchSite: 'same-origin, cross-site' }, 403],
  ])('%s', (_who, facts, expected) => {
    expect(status(facts)).toBe(expected);
  });
});

describe('writes', () => {
  it.each<[string, Partial<RequestFacts>, number]>([
    ['our own page', {}, 200],
    ['our own page with a charset', { contentType: 'application/json; charset=utf-8' }, 200],
    ['an old browser without fetch metadata', { secFetchSite: undefined }, 200],
    ['no Origin', { origin: undefined }, 403],
    ['the null Origin of a sandboxed frame', { origin: 'null' }, 403],
    ['a foreign Origin', { origin: 'http://evil.example' }, 403],
    ['another site', { secFetchSite: 'cross-site' }, 403],
    ['another port of localhost', { secFetchSite: 'same-site' }, 403],
    ['a form, text/plain', { contentType: 'text/plain' }, 415],
    ['a form, urlencoded', { contentType: 'application/x-www-form-urlencoded' }, 415],
    ['a form, multipart', { contentType: 'multipart/form-data; boundary=x' }, 415],
    ['no content type', { contentType: undefined }, 415],
    ['a type that only begins like JSON', { contentType: 'application/json-patch+json' }, 415],
    ['JSON hidden in a parameter', { contentType: 'text/plain; x=application/json' }, 415],
    ['a page as target', { path: '/' }, 405],
    ['PUT', { method: 'PUT' }, 405],
    ['DELETE', { method: 'DELETE' }, 405],
    ['a preflight', { method: 'OPTIONS', origin: 'http://evil.example' }, 405],
  ])('%s', (_who, facts, expected) => {
    expect(status({ ...write, ...facts })).toBe(expected);
  });
});

describe('whatever a browser sends', () => {
  const facts = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'),
    path: fc.constantFrom('/', '/api', '/api/actions', '/api/stream', '/_next/static/a.js', '/apix'),
    host: fc.option(fc.oneof(fc.constantFrom(...POLICY.hosts), fc.string()), { nil: undefined }),
    origin: fc.option(fc.oneof(fc.constantFrom(...POLICY.origins, 'null'), fc.webUrl()), { nil: undefined }),
    secFetchSite: fc.option(fc.constantFrom('none', 'same-origin', 'same-site', 'cross-site'), {
      nil: undefined,
    }),
    secFetchMode: fc.option(fc.constantFrom('navigate', 'cors', 'no-cors'), { nil: undefined }),
    secFetchDest: fc.option(fc.constantFrom('document', 'iframe', 'empty', 'image'), { nil: undefined }),
    contentType: fc.option(fc.constantFrom('application/json', 'text/plain'), { nil: undefined }),
  });
  const allowed = (property: (request: RequestFacts) => boolean) =>
    fc.assert(
      fc.property(facts, (request) => !judgeRequest(request, POLICY).allowed || property(request)),
      { numRuns: 2_000 },
    );

  it('a host outside the list is never served', () => {
    allowed(({ host }) => host !== undefined && POLICY.hosts.includes(host.toLowerCase()));
  });
  it('a foreign origin is never served', () => {
    allowed(({ origin }) => origin === undefined || POLICY.origins.includes(origin));
  });
  it('the API never answers another site', () => {
    allowed(({ path, secFetchSite }) => !/^\/api(\/|$)/.test(path) || !/-site$/.test(secFetchSite ?? ''));
  });
  it('nothing is changed without our own Origin and JSON', () => {
    allowed(
      ({ method, origin, contentType }) =>
        ['GET', 'HEAD'].includes(method) ||
        (method === 'POST' && origin !== undefined && contentType === 'application/json'),
    );
  });
});
