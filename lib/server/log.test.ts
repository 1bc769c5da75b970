import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLine } from './log.ts';
import { redact } from './redact.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

describe('a log line', () => {
  it('is time, level, what and facts', () => {
    expect(
      logLine('info', 'request', { method: 'GET', path: '/api/x', status: 200, code: undefined }, NOW),
    ).toBe('2026-11-21T12:00:00.000Z info request method=GET path=/api/x status=200');
  });
  it('stays one line whatever a pod is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(logLine('warn', 'x', { value }, NOW)).not.toMatch(/[\n\r\u001b\0]/);
      }),
    );
  });
});

describe('masking', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzYSJ9.c2lnbmF0dXJl';
  it.each([
    [`Authorization: Bearer ${token}`],
    [`token=${token}`],
    ['https://me:hunter2@registry.example/v2'],
    ['Basic bWU6aHVudGVyMg=='],
    ['password: hunter2'],
    ['{"client-key-data":"LS0tLS1hunter2"}'],
    ['-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----'],
    ['-----BEGIN PRIVATE KEY-----\nhunter2 cut off'],
    ['api_key=hunter2&x=1'],
  ])('takes the credential out of %j', (text) => {
    const masked = redact(text);
    expect(masked).toContain('***');
    expect(masked).not.toMatch(/hunter2|aHVudGVyMg|c2lnbmF0dXJl|eyJhbG/);
  });
  it.each([
    'Back-off pulling image "registry.example/shop/checkout@sha256:abc"',
    'secrets "regcred" not found',
    'secret "db" is forbidden: User "dev" cannot get resource',
    'exit code 137 in https://localhost:6443/api/v1/namespaces/shop/pods',
    'the token of the service account is mounted',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });
});
