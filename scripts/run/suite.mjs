import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser, hasFiles, onPath } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { capture, exec, interruptedWith, node24, ROOT, tool } from './processes.mjs';
import { FailedStep, progress } from './progress.mjs';
import { countPlaywright, countVitest, summaryLine } from './counts.mjs';

const MIN_KUBECTL = [1, 32];
const REPORTS = join(ROOT, 'node_modules', '.cache', 'uncrash', 'reports');

/** A part answers how many of its tests passed and failed, or why it cannot run here. */
const STATIC_PARTS = [
  {
    name: 'format',
    run: () => quiet('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
  },
  { name: 'lint', run: () => quiet('lint', 'eslint/bin/eslint.js', ['.']) },
  { name: 'types', run: types },
];
const UNIT = { name: 'unit', run: () => vitest('unit', ['--project=lib', '--project=ui']) };
const TEST_PARTS = [
  ...STATIC_PARTS,
  UNIT,
  { name: 'build', run: build },
  { name: 'server', run: () => vitest('server', ['--config=vitest.slow.config.ts', '--project=server']) },
  { name: 'e2e', run: () => browserTests() },
  { name: 'kubectl', run: kubectlTests },
];

/** Format, lint, types and unit tests: the fast half, for before a commit. */
export const check = () => runParts([...STATIC_PARTS, UNIT]);
/** Everything. */
export const test = () => runParts(TEST_PARTS);

/** One part after the other; `sideBySide` when they wait for other things than the processor most of the time. */
export async function runParts(parts, { sideBySide = false } = {}) {
  const results = sideBySide ? await Promise.all(parts.map(({ run }) => run())) : [];
  const maySkip = new Set((process.env.UNCRASH_MAY_SKIP ?? '').split(',').map((name) => name.trim()));
  const total = { passed: 0, failed: 0 };
  const notes = [];
  for (const [index, { name, run }] of parts.entries()) {
    const result = results[index] ?? (await run());
    const interrupted = interruptedWith();
    if (interrupted !== undefined) return interrupted;
    if (result.missing) {
      notes.push(`not run: ${name}: ${result.missing}`);
      // Somewhere every part has to run, or a part that never runs looks like one that passes.
      if (process.env.CI === 'true' && !maySkip.has(name)) total.failed += 1;
      continue;
    }
    total.passed += result.passed;
    total.failed += result.failed;
    if (result.failed > 0) notes.push(`failed: ${name}`);
  }
  for (const note of notes) console.log(note);
  console.log(summaryLine(total));
  return total.failed > 0 ? 1 : 0;
}

/** A part that counts as one test and is shown only when it fails. */
async function quiet(what, path, args) {
  const done = progress(what);
  const { code, output } = await capture(node24(), [tool(path), ...args]);
  done(code === 0 ? 'passed' : 'failed');
  if (code !== 0) process.stdout.write(output);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function types() {
  const typegen = await quiet('route types', 'next/dist/bin/next', ['typegen']);
  return typegen.failed > 0 ? typegen : quiet('types', 'typescript/bin/tsc', ['--noEmit']);
}

async function build() {
  try {
    await ensureBuilt();
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof FailedStep)) throw error;
    return { passed: 0, failed: 1 };
  }
}

/**
 * Runs with the report of each tool in a file beside its own output, which people read. The file is always the same one:
 * a run that is killed cannot take its own away.
 */
async function reported(what, count, run) {
  const file = join(REPORTS, `${what.replaceAll(' ', '-')}.json`);
  mkdirSync(REPORTS, { recursive: true });
  rmSync(file, { force: true });
  const code = await run(file);
  const counts = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0 };
  // A crash of the tool, an unhandled error or no tests at all must not look like success.
  const nothing = counts.passed + counts.failed === 0;
  return (code !== 0 || nothing) && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function vitest(what, args) {
  console.log(`\n${what}`);
  return reported(what, countVitest, (file) =>
    exec(node24(), [
      tool('vitest/vitest.mjs'),
      'run',
      ...args,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]),
  );
}

export async function browserTests(env = {}, { heldOutput = false } = {}) {
  if (!hasFiles('e2e', '.spec.ts')) return { missing: 'there are no specs in e2e' };
  const browser = await findBrowser();
  if (browser.missing) {
    console.error(`uncrash: the browser tests cannot run: ${browser.missing}`);
    return process.env.UNCRASH_MAY_SKIP?.includes('e2e') ? browser : { passed: 0, failed: 1 };
  }
  if (!heldOutput) console.log('\nbrowser');
  return reported('browser', countPlaywright, (file) =>
    playwright(
      ['--reporter=list,json'],
      { ...browser.env, ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
      { heldOutput },
    ),
  );
}

export function playwright(args, env, { heldOutput = false } = {}) {
  const config = ['e2e/playwright.config.ts', 'playwright.config.ts'].find((path) =>
    existsSync(join(ROOT, path)),
  );
  return exec(
    node24(),
    [tool('@playwright/test/cli.js'), 'test', ...(config ? [`--config=${config}`] : []), ...args],
    { env, heldOutput },
  );
}

async function kubectlTests() {
  if (!hasFiles('lib', '.kubectl.test.ts')) return { missing: 'there are no kubectl tests' };
  if (!onPath('kubectl')) return { missing: 'kubectl is not on PATH' };
  const { output } = await capture('kubectl', ['version', '--client', '-o', 'json']);
  const found = /"gitVersion":\s*"v(\d+)\.(\d+)/.exec(output);
  const [major, minor] = found ? [Number(found[1]), Number(found[2])] : [0, 0];
  if (major < MIN_KUBECTL[0] || (major === MIN_KUBECTL[0] && minor < MIN_KUBECTL[1])) {
    return {
      missing: `kubectl ${MIN_KUBECTL.join('.')} or newer is needed, found ${found ? `${major}.${minor}` : 'none that answers'}`,
    };
  }
  return vitest('kubectl', ['--config=vitest.slow.config.ts', '--project=kubectl']);
}
