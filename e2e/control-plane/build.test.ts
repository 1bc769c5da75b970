import { describe, expect, it } from 'vitest';
import { isOlderGo, isUnreachable } from './build.ts';

describe('a Go', () => {
  it.each([
    ['of an older minor version is too old', 'go1.24.9', '1.25.0', true],
    ['of an older patch is too old', 'go1.25.3', '1.25.5', true],
    ['of the version asked for will do', 'go1.25.0', '1.25.0', false],
    ['of a newer version will do', 'go1.26.8', '1.25.0', false],
    ['without patch counts as its first', 'go1.25', '1.25.0', false],
    ['of a development build is given a try', 'devel +abc', '1.25.0', false],
    ['of the next major version will do', 'go2.0.0', '1.25.0', false],
  ])('%s', (_behaviour, found, wanted, expected) => {
    expect(isOlderGo(found, wanted)).toBe(expected);
  });
});

describe('a module proxy is unreachable', () => {
  it.each([
    [
      'without a name server',
      'Get "https://proxy.example/x.zip": dial tcp: lookup proxy.example: no such host',
    ],
    ['behind a closed port', 'dial tcp 127.0.0.1:9: connect: connection refused'],
    ['when modules are turned off', 'module lookup disabled by GOPROXY=off'],
    ['when it has an outage', 'reading https://proxy.example/a/@v/v1.info: 503 Service Unavailable'],
  ])('%s', (_behaviour, output) => {
    expect(isUnreachable(output)).toBe(true);
  });
  it.each([
    ['a checksum that is wrong', 'verifying a@v1: checksum mismatch\n\nSECURITY ERROR'],
    ['a version that does not exist', 'reading https://proxy.example/a/@v/v9.info: 404 Not Found'],
    ['an entry missing in go.sum', 'missing go.sum entry for module providing package a'],
    ['a program that does not compile', 'a.go:1:1: expected package'],
  ])('but not %s', (_behaviour, output) => {
    expect(isUnreachable(output)).toBe(false);
  });
});
