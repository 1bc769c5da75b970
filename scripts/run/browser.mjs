import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, node24, ROOT, tool } from './processes.mjs';
import { progress } from './progress.mjs';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Finds a Chromium for the browser tests, else gets one: `{ env }` to run with, or `{ missing: reason }`.
 * In order: $PLAYWRIGHT_CHROMIUM_PATH, Playwright's own, the system's, a download, apt-get as root.
 */
export async function findBrowser() {
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (named)
    return existsSync(named)
      ? { env: {} }
      : { missing: `PLAYWRIGHT_CHROMIUM_PATH names ${named}, which is not there` };
  const present = await existingBrowser();
  if (present) return present;
  const reasons = [];
  for (const attempt of [download, aptInstall]) {
    const reason = await attempt();
    if (reason) reasons.push(reason);
    const found = await existingBrowser();
    if (found) return found;
  }
  return { missing: `no Chromium (${reasons.join('; ')})` };
}

async function existingBrowser() {
  if (await playwrightHasOne()) return { env: {} };
  const path = SYSTEM.find((candidate) => existsSync(candidate));
  return path && { env: { PLAYWRIGHT_CHROMIUM_PATH: path } };
}

async function playwrightHasOne() {
  const { output } = await capture(node24(), [
    '--input-type=module',
    '--eval',
    "import { chromium } from '@playwright/test'; console.log(chromium.executablePath());",
  ]);
  return existsSync(output.trim());
}

async function download() {
  const done = progress("downloading Playwright's Chromium");
  const { code, output } = await capture(node24(), [tool('@playwright/test/cli.js'), 'install', 'chromium']);
  done(code === 0 ? 'done' : 'failed');
  return code === 0 ? undefined : `download failed: ${lastLine(output)}`;
}

async function aptInstall() {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return 'apt-get needs root on Debian or Ubuntu';
  const done = progress('installing Chromium with apt-get');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  let result = await capture('apt-get', ['update'], { env });
  if (result.code === 0) {
    result = await capture('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
  }
  done(result.code === 0 ? 'done' : 'failed');
  return result.code === 0 ? undefined : `apt-get failed: ${lastLine(result.output)}`;
}

const lastLine = (text) => text.trim().split('\n').at(-1)?.trim() ?? 'no output';

export function onPath(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && names.some((name) => existsSync(join(folder, name))));
}

/** True when a folder of the repository holds a file that ends like this. */
export function hasFiles(folder, ending) {
  const path = join(ROOT, folder);
  return (
    existsSync(path) && readdirSync(path, { recursive: true }).some((file) => String(file).endsWith(ending))
  );
}
