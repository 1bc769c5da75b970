import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, ROOT, step, tool } from './processes.mjs';

const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'package.json',
  'package-lock.json',
  'postcss.config.mjs',
  'tsconfig.json',
];
/** Not part of the bundle: run by Node directly, or tests. */
const NOT_BUNDLED = [/^lib\/sandbox\//, /^lib\/testing\//, /^lib\/server\/cli\//, /\.test\.tsx?$/];
const STAMP = join(ROOT, '.next', 'uncrash-build-stamp');

/** Builds the pages when a source changed since the last build. */
export async function ensureBuilt() {
  const wanted = sourceHash();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  rmSync(STAMP, { force: true });
  await step('building the pages', node24(), [tool('next/dist/bin/next'), 'build'], {
    env: { NODE_ENV: 'production' },
  });
  writeFileSync(STAMP, wanted);
}

export function sourceHash(root = ROOT) {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesOf(root, source))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(root, source) {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  // `next build` adds what it needs to tsconfig.json; that is committed, so a second build changes nothing.
  if (!source.includes('.')) {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath ?? entry.path, entry.name)
          .slice(root.length + 1)
          .replaceAll('\\', '/'),
      )
      .filter((file) => !NOT_BUNDLED.some((pattern) => pattern.test(file)))
      .sort();
  }
  return [source];
}
