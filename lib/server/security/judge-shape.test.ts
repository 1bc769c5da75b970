import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardingHeaders, shapeProblem } from './judge-shape.ts';

const production = { dev: false };
const target = (path: string) =>
  shapeProblem({ target: path, rawHeaders: ['Host', 'localhost:4180'] }, production);
const headers = (...rawHeaders: string[]) => shapeProblem({ target: '/', rawHeaders }, production);

describe('request targets', () => {
  it.each([
    '/',
    '/incidents/ab12?cluster=arn%3Aaws%3Aeks%3Aeu%2Fprod',
    '/api/pods/shop/checkout-5d9/logs?container=app&tail=500',
    '/_next/static/chunks/%5Broot-of-the-server%5D__1jc0._.js',
    '/_next/static/chunks/app.js?dpl=a//b/../c;d',
    '/pods?q=a%20b%00',
  ])('%s is served', (path) => expect(target(path)).toBeUndefined());

  it.each([
    'http://evil.example/',
    'https://127.0.0.1:4180/',
    '*',
    'localhost:4180',
    '//evil.example/',
    '/\\evil.example',
    '/a//b',
    '/a/../b',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/./b',
    '/..',
    '/a/..%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a%00b',
    '/a%0ab',
    '/a%7fb',
    '/a%252e',
    '/a;b',
    '/a%3Bb',
    '/a%3fb',
    '/a%23b',
    '/a#b',
    '/a%zz',
    '/a%',
    '/a%ee',
    '/a b',
    '/\u00e9',
    `/${'a'.repeat(9_000)}`,
    '',
  ])('%s is refused', (path) => expect(target(path)).toBeTypeOf('string'));

  it('never lets a path through that decodes to another shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('/', '.', '%', '2', 'e', 'f', '5', 'c', '0', 'a', ';', '\\', '?', '#')),
        (parts) => {
          const path = `/${parts.join('')}`;
          if (target(path) !== undefined) return;
          const [before = ''] = path.split('?', 1);
          const decoded = decodeURIComponent(before);
          expect(decoded.split('/')).toHaveLength(before.split('/').length);
          expect(new URL(`http://h${before}`).pathname).toBe(before);
          expect(decoded).not.toMatch(/[\\;?#\0]/);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('headers', () => {
  it.each([
    'x-middleware-subrequest',
    'X-Middleware-Subrequest',
    'x-middleware-rewrite',
    'x-nextjs-data',
    'x-nextjs-request-id',
    'x-next-revalidated-tags',
    'x-invoke-path',
    'x-matched-path',
    'x-now-route-matches',
    'next-action',
    'Next-Resume',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
  ])('%s from outside is refused', (name) => {
    expect(headers('Host', 'a', name, '1')).toBe('The request has a header that is not accepted.');
  });

  it.each(['rsc', 'next-router-state-tree', 'next-router-prefetch', 'next-url', 'accept', 'cookie'])(
    '%s is how browsers ask',
    (name) => expect(headers('Host', 'a', name, '1')).toBeUndefined(),
  );

  it.each(['Host', 'Origin', 'Content-Type', 'Content-Length', 'Sec-Fetch-Site'])(
    '%s twice is refused',
    (name) => {
      expect(headers(name, 'a', name.toLowerCase(), 'a')).toBe(
        `The header ${name.toLowerCase()} was sent twice.`,
      );
    },
  );

  it('lets development number its requests', () => {
    const facts = { target: '/', rawHeaders: ['x-nextjs-html-request-id', '1'] };
    expect(shapeProblem(facts, { dev: true })).toBeUndefined();
    expect(shapeProblem(facts, { dev: false })).toBeTypeOf('string');
  });

  it('names what a client may not tell Next: where it came from, and which nonce to use', () => {
    const raw = [
      'X-Forwarded-Host',
      'evil',
      'Content-Security-Policy',
      "script-src 'nonce-x'",
      'X-Nonce',
      'x',
      'Accept',
      '*/*',
    ];
    expect(forwardingHeaders(raw)).toEqual(['x-forwarded-host', 'content-security-policy', 'x-nonce']);
  });
});
