import { existsSync } from 'node:fs';
import { chromium, defineConfig, devices } from '@playwright/test';
import { STAGE_NAMES, type StageName } from './e2e/stage.ts';

/** Playwright's own browser when it was downloaded, else one of the system. */
function systemChromium(): string | undefined {
  if (process.env.PLAYWRIGHT_CHROMIUM_PATH) return process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (existsSync(chromium.executablePath())) return undefined;
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
}

const executablePath = systemChromium();

/** Where the tests play: `npm run test:cluster` sets it. */
const stageName = STAGE_NAMES.find((name) => name === process.env.UNCRASH_STAGE) ?? 'sandbox';
const isSandbox = stageName === 'sandbox';
// A runner that is killed cannot end us, but its channel closes.
if (process.connected) process.once('disconnect', () => process.exit(1));

export default defineConfig<object, { stageName: StageName }>({
  testDir: './e2e',
  testMatch: '**/*.spec.ts',
  // A cluster of one's own has no registry and no scenarios behind it.
  grep: stageName === 'own-cluster' ? /@any-cluster/ : undefined,
  // Pages look the same wherever their contents come from, so the sandbox is enough for these, and it need not wait for
  // stories to be lived through; that both clusters show the same is seen at greater length by causes.cluster.test.ts. And a
  // real node controller takes six minutes to give a node up.
  testIgnore: isSandbox
    ? []
    : ['accessibility', 'node-incident', 'runbooks', 'same-cluster', 'shared-cause'].map(
        (name) => `**/${name}.spec.ts`,
      ),
  // One real cluster is for one test at a time; and waiting is real there.
  fullyParallel: isSandbox,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: isSandbox ? 2 : 1,
  timeout: isSandbox ? 120_000 : 300_000,
  expect: { timeout: isSandbox ? 30_000 : 90_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    // Colours half way from one theme to the other have no contrast to judge.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
  },
  projects: [
    {
      name: isSandbox ? 'chromium' : stageName,
      use: {
        stageName,
        launchOptions: {
          executablePath,
          // A system Chromium run by root (containers, CI) needs these; see the Playwright docs on sandboxing.
          args: executablePath
            ? [
                '--no-sandbox',
                '--disable-gpu',
                '--disable-quic',
                '--no-first-run',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-sync',
              ]
            : [],
        },
      },
    },
  ],
});
