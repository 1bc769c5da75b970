import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completeLock, missingOptionals } from './complete-lock.mjs';

type Lock = Parameters<typeof completeLock>[0];
const lock = (packages: Lock['packages']): Lock => ({ packages });

describe('the lock file of this repository', () => {
  it('has an entry for every optional dependency, so that npm ci works on every platform', () => {
    const own = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;
    expect(missingOptionals(own).map(({ name }) => name)).toEqual([]);
  });

  it('names no registry host: it must work behind any mirror', () => {
    expect(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).not.toContain(
      '"resolved"',
    );
  });
});

describe('completing a lock file', () => {
  it.each([
    ['@next/swc-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@next/swc-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@next/swc-linux-arm64-gnu', { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] }],
    ['@next/swc-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@scope/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['fsevents', {}],
  ])('reads the platform of %s from its name', (name, platform) => {
    const completed = completeLock(lock({ 'node_modules/a': { optionalDependencies: { [name]: '1.2.3' } } }));
    expect(completed.packages).toHaveProperty([`node_modules/${name}`], {
      version: '1.2.3',
      optional: true,
      ...platform,
    });
  });

  it('leaves a package alone that a parent folder holds', () => {
    const complete = lock({
      'node_modules/a/node_modules/b': { optionalDependencies: { c: '1.0.0' } },
      'node_modules/a/node_modules/c': { version: '1.0.0' },
    });
    expect(missingOptionals(complete)).toEqual([]);
  });

  it('marks what only development tools ask for, and sorts like npm', () => {
    const completed = completeLock(
      lock({
        'node_modules/z': { dev: true, optionalDependencies: { 'z-linux-arm': '2.0.0' } },
        'node_modules/b': { optionalDependencies: { 'a-darwin-x64': '1.0.0' } },
      }),
    );
    expect(Object.keys(completed.packages)).toEqual([
      'node_modules/a-darwin-x64',
      'node_modules/b',
      'node_modules/z',
      'node_modules/z-linux-arm',
    ]);
    expect(completed.packages['node_modules/z-linux-arm']).toMatchObject({ dev: true });
  });

  it('refuses to guess a version from a range', () => {
    const open = lock({ 'node_modules/a': { optionalDependencies: { b: '^1.0.0' } } });
    expect(() => completeLock(open)).toThrow('b@^1.0.0');
  });
});
