import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceHash } from './run/build.mjs';
import { countPlaywright, countVitest, summaryLine } from './run/counts.mjs';
import { missingPackages } from './run/install.mjs';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'uncrash-scripts-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));
function write(path: string, content: unknown) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('what is missing in node_modules', () => {
  const locks = (wanted: object, installed?: object) => {
    write('package-lock.json', { packages: { '': { version: '0.1.0' }, ...wanted } });
    if (installed) write('node_modules/.package-lock.json', { packages: installed });
    return missingPackages(root);
  };
  it.each<[string, object, object | undefined, string[]]>([
    ['everything on a bare clone', { 'node_modules/a': { version: '1.0.0' } }, undefined, ['node_modules/a']],
    [
      'nothing when versions agree',
      { 'node_modules/a': { version: '1.0.0' } },
      { 'node_modules/a': { version: '1.0.0' } },
      [],
    ],
    [
      'what was updated',
      { 'node_modules/a': { version: '1.0.1' } },
      { 'node_modules/a': { version: '1.0.0' } },
      ['node_modules/a'],
    ],
    [
      'not the binaries of other platforms',
      { 'node_modules/b': { version: '1.0.0', optional: true } },
      {},
      [],
    ],
    ['not what is there and no longer asked for', {}, { 'node_modules/old': { version: '1.0.0' } }, []],
  ])('is %s', (_behaviour, wanted, installed, expected) => {
    expect(locks(wanted, installed)).toEqual(expected);
  });
  it('is everything when the record of the install was cut off', () => {
    write('package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } });
    write('node_modules/.package-lock.json', '{"packages": {"node_mod');
    expect(missingPackages(root)).toEqual(['node_modules/a']);
  });
});

describe('the build', () => {
  beforeEach(() => {
    write('app/page.tsx', 'page');
    write('lib/server/route.ts', 'route');
  });
  it.each([
    ['a page changes', 'app/page.tsx'],
    ['a component appears', 'components/ui/button.tsx'],
    ['a bundled module changes', 'lib/server/route.ts'],
    ['a dependency changes', 'package-lock.json'],
    ['the configuration of Next changes', 'next.config.js'],
  ])('is stale when %s', (_what, path) => {
    const before = sourceHash(root);
    write(path, 'changed');
    expect(sourceHash(root)).not.toBe(before);
  });
  it('is stale when a file is only renamed', () => {
    const before = sourceHash(root);
    rmSync(join(root, 'app/page.tsx'));
    write('app/other.tsx', 'page');
    expect(sourceHash(root)).not.toBe(before);
  });
  it.each([
    ['a test changes', 'lib/server/route.test.ts'],
    ['the sandbox changes: Node runs it as it is', 'lib/sandbox/main.ts'],
    ['the readme changes', 'README.md'],
  ])('stays fresh when %s', (_what, path) => {
    const before = sourceHash(root);
    write(path, 'changed');
    expect(sourceHash(root)).toBe(before);
  });
});

describe('the summary line', () => {
  it.each([
    ['counts tests', { numPassedTests: 7, numFailedTests: 2 }, '7 passed, 2 failed'],
    [
      'counts a file that cannot be loaded as a failure',
      { numPassedTests: 7, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] },
      '7 passed, 1 failed',
    ],
    ['is zero for an empty report', {}, '0 passed, 0 failed'],
  ])('of vitest %s', (_behaviour, report, line) => {
    expect(summaryLine(countVitest(report))).toBe(line);
  });
  it.each([
    [
      'takes a flaky test for passed',
      { stats: { expected: 3, flaky: 1, unexpected: 0, skipped: 2 } },
      '4 passed, 0 failed',
    ],
    [
      'counts an error outside of tests',
      { stats: { expected: 3, unexpected: 1 }, errors: [{}] },
      '3 passed, 2 failed',
    ],
  ])('of Playwright %s', (_behaviour, report, line) => {
    expect(summaryLine(countPlaywright(report))).toBe(line);
  });
});
