import { describe, expect, it } from 'vitest';
import { responseHeaders } from './response-headers.ts';

const page = { path: '/', nonce: 'bm9uY2U=', dev: false };
const headers = (path: string, wanted?: string, status = 200) =>
  responseHeaders({ ...page, path }, wanted, status);
const csp = (path: string) => headers(path)['content-security-policy'] ?? '';

describe('the content security policy', () => {
  it('of pages runs scripts by nonce only and lets nothing frame them', () => {
    const directives = csp('/incidents/x').split('; ');
    expect(directives).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'nonce-bm9uY2U=' 'strict-dynamic'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]),
    );
    expect(csp('/')).not.toContain('unsafe-eval');
    expect(csp('/').replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe-inline');
  });
  it('of data runs nothing', () => expect(csp('/api/incidents')).toMatch(/^default-src 'none'.*sandbox$/));
  it('of scripts, under which workers run, loads from here only', () => {
    expect(csp('/_next/static/w.js')).toContain("connect-src 'self'");
    expect(csp('/_next/static/w.js')).not.toContain('nonce');
  });
});

describe('what may be kept', () => {
  it.each([
    ['/', undefined, 200, 'no-store'],
    ['/', 'public, max-age=60', 200, 'no-store'],
    ['/api/incidents', undefined, 200, 'no-store'],
    ['/api/stream', 'no-cache, no-transform', 200, 'no-store, no-transform'],
    ['/_next/static/a.js', 'public, max-age=31536000, immutable', 200, 'public, max-age=31536000, immutable'],
    ['/_next/static/gone.js', undefined, 404, 'no-store'],
    ['/icon.svg', 'public, max-age=0', 200, 'no-store'],
  ])('%s (%s, status %i) is %s', (path, wanted, status, expected) => {
    expect(headers(path, wanted, status)['cache-control']).toBe(expected);
  });
});
