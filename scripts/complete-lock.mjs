// Run after every change of dependencies: `node scripts/complete-lock.mjs`.
//
// npm leaves optional packages out of the lock file when it cannot fetch their metadata where the lock is written, or
// when they were left out once. `npm ci` then refuses ("Missing: ... from lock file"), and on the platform they are
// for, the native binary is absent. This adds an entry (version, os, cpu, libc) for each; npm fetches the rest.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const OPERATING_SYSTEMS = ['darwin', 'win32', 'freebsd', 'android', 'openharmony', 'linux'];
const PROCESSORS = /(arm64|x64|ia32|arm|riscv64|ppc64|s390x|loong64|wasm32)/;

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, optionalDependencies?: Record<string, string>,
 *   os?: string[], cpu?: string[], libc?: string[] }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 */

/**
 * Optional dependencies that the lock file names without holding an entry.
 * @param {Lock} lock
 * @returns {{ name: string, range: string, dev: boolean }[]}
 */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !resolves(packages, path, name))
      .map(([name, range]) => ({ name, range, dev: entry.dev === true })),
  );
}

/** Looks where Node would: the package's own node_modules, then each parent's. */
function resolves(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/**
 * Returns the lock file with the missing entries. Throws when a range is not one exact version.
 * @template {Lock} L
 * @param {L} lock
 * @returns {L}
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  for (const { name, range, dev } of missingOptionals(lock)) {
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(range)) throw new Error(`${name}@${range}: which version is meant?`);
    packages[`node_modules/${name}`] = {
      version: range,
      ...(dev ? { dev } : {}),
      optional: true,
      ...platform(name),
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

/** `@next/swc-linux-x64-musl`: such packages carry their platform in the name. */
function platform(name) {
  const word = name.split('/').at(-1).replace('x86_64', 'x64');
  const os = OPERATING_SYSTEMS.find((candidate) => word.includes(candidate));
  const [cpu] = PROCESSORS.exec(word) ?? [];
  const libc = /musl/.test(word) ? 'musl' : os === 'linux' && /gnu/.test(word) ? 'glibc' : undefined;
  return {
    ...(os ? { os: [os] } : {}),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc ? { libc: [libc] } : {}),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const added = missingOptionals(lock).map(({ name }) => name);
  writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
  console.log(`added ${added.length}: ${added.join(' ')}`);
}
