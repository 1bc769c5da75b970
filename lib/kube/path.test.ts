import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiPath, PathSegmentError, queryString, underPath } from './path.ts';

const HOSTILE = [
  '../../secrets',
  '..%2f..%2fsecrets',
  '//evil.example/x',
  '\\\\evil.example',
  'a?watch=1',
  'a#b',
  'a;b',
  'a\r\nHost: evil.example',
  'a\u0000b',
  '@evil.example',
  '%2e%2e',
];

describe('apiPath', () => {
  it('keeps the literal parts and encodes the values', () => {
    expect(apiPath`/api/v1/namespaces/${'shop'}/pods/${'web-0'}/log`).toBe(
      '/api/v1/namespaces/shop/pods/web-0/log',
    );
  });

  it.each(HOSTILE)('keeps %j inside its own segment', (name) => {
    const path = apiPath`/api/v1/namespaces/${name}/pods`;
    const url = new URL(`https://cluster.example${path}`);
    expect(url.host).toBe('cluster.example');
    expect(url.search).toBe('');
    expect(url.hash).toBe('');
    expect(url.pathname.split('/')).toHaveLength(6);
    expect(decodeURIComponent(url.pathname.split('/')[4] ?? '')).toBe(name);
  });

  it.each(['', '.', '..', '\ud800'])('refuses %j', (name) => {
    expect(() => apiPath`/api/v1/namespaces/${name}`).toThrow(PathSegmentError);
  });

  it('never lets any name change the host, the other segments or the query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        let path: string;
        try {
          path = underPath(apiPath`/api/v1/namespaces/${name}/pods`, name);
        } catch (error) {
          expect(error).toBeInstanceOf(PathSegmentError);
          return;
        }
        const url = new URL(`https://cluster.example${path}`);
        expect(url.origin).toBe('https://cluster.example');
        expect(path).toMatch(/^\/api\/v1\/namespaces\/[^/?#\\\s]+\/pods\/[^/?#\\\s]+$/);
        // What a URL parser makes of it is what was built: nothing was resolved away.
        expect(url.pathname + url.search + url.hash).toBe(path);
      }),
      { numRuns: 500 },
    );
  });
});

describe('queryString', () => {
  it('leaves out undefined values and encodes the rest', () => {
    expect(queryString({ limit: 250, continue: 'a&b=c', watch: undefined })).toBe(
      '?limit=250&continue=a%26b%3Dc',
    );
    expect(queryString({})).toBe('');
  });
});
