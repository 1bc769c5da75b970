import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashFingerprint } from './crash-fingerprint.ts';

const printOf = (line: string, exitCode = 1, own: readonly string[] = []) =>
  crashFingerprint(line, { exitCode, own })?.key;

describe('the fingerprint of a crash', () => {
  it.each([
    [
      'a time',
      '2026-11-21T03:14:15.123Z license check refused by vendor',
      '2026-11-22T17:00:00Z license check refused by vendor',
    ],
    [
      'a Go log time',
      '2026/11/21 03:14:15 license check refused by vendor',
      '2026/11/22 17:00:01 license check refused by vendor',
    ],
    [
      'an id',
      'tenant 0b1c2d3e-0000-4000-8000-00000000000a has no billing plan',
      'tenant ffffffff-0000-4000-8000-00000000000b has no billing plan',
    ],
    [
      'an address',
      'peer 10.1.2.3:5432 speaks another protocol version',
      'peer 10.9.9.9:5433 speaks another protocol version',
    ],
    [
      'an IPv6 address',
      'peer [fd00::1]:5432 speaks another protocol version',
      'peer [fd00::2]:5432 speaks another protocol version',
    ],
    [
      'a pointer',
      'invalid heap chunk at 0x7ffd12 during sweep',
      'invalid heap chunk at 0x8abc00 during sweep',
    ],
    ['a number', 'migration 41 conflicts with schema 7', 'migration 42 conflicts with schema 8'],
    [
      'a pod',
      'lease held by checkout-7c9f8b6d5f-x2x4z forever',
      'lease held by cart-5b6c7d8f9g-b2c4d forever',
    ],
    ['a colour', '\u001b[31mlicense check refused\u001b[0m by vendor', 'license check refused by vendor'],
  ])('is the same whatever %s it has', (_what, one, other) => {
    expect(printOf(one)).toBeDefined();
    expect(printOf(one)).toBe(printOf(other));
  });

  it('differs by exit code', () => {
    expect(printOf('license check refused by vendor', 1)).not.toBe(
      printOf('license check refused by vendor', 2),
    );
  });

  it('differs by what is said', () => {
    expect(printOf('license check refused by vendor')).not.toBe(
      printOf('schema migration refused by database'),
    );
  });

  it('takes out the names of its own pods, whatever they look like', () => {
    expect(printOf('lease held by db-0 forever, giving way', 1, ['db-0'])).toBe(
      printOf('lease held by cache-0 forever, giving way', 1, ['cache-0']),
    );
  });

  it.each([
    'Error: exit status 1',
    'java.lang.NullPointerException',
    'fatal error: unexpected signal',
    'panic: runtime error: invalid memory address or nil pointer dereference'.slice(0, 40),
    'connect 10.1.2.3:5432',
    '42',
    '',
  ])('is no fingerprint when the line says as little as %j', (line) => {
    expect(printOf(line)).toBeUndefined();
  });

  it('never throws, whatever the line and the pods are called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 }), (line, own) => {
        crashFingerprint(line, { exitCode: 1, own });
      }),
      { numRuns: 50 },
    );
    // Making strings of all of Unicode takes seconds where there is much else to do.
  }, 30_000);

  it.each(['a', '1', '-', ':', 'f', '\u001b[', '2026-', 'a-'])(
    'is short for half a million of %j',
    (char) => {
      expect(crashFingerprint(char.repeat(500_000), { exitCode: 1 })?.key.length ?? 0).toBeLessThan(600);
    },
  );
});
