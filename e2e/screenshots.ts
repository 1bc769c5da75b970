import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import playwrightConfig from '../playwright.config.ts';
import { startApp } from './processes.ts';

/** Takes the pictures of the README: `npm run screenshots`. */
const FOLDER = join(import.meta.dirname, '..', 'docs', 'screenshots');

const app = await startApp(['--sandbox']);
const browser = await chromium.launch(playwrightConfig.projects?.[0]?.use?.launchOptions);
try {
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const shoot = (name: string) =>
      page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`), animations: 'disabled' });
    await triage(page);
    await shoot('triage');
    await page
      .getByRole('complementary')
      .getByRole('button', { name: /^Roll back/ })
      .click();
    await page.getByText('The server accepts the change; nothing was written.').waitFor();
    await shoot('action-dialog');
    await incident(page, 'checkout');
    await shoot('incident');
    await page.goto(`${app.url}/overview`);
    await page.getByRole('heading', { name: 'Unhealthy pods' }).waitFor();
    await page.locator('.recharts-surface').first().waitFor();
    await shoot('overview');
    await page.close();
  }
} finally {
  await browser.close();
  await app.stop();
}

async function triage(page: Page): Promise<void> {
  await page.goto(app.url);
  await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
  await page.getByRole('complementary').getByText('exec: 9090: not found').first().waitFor();
}

async function incident(page: Page, workload: string): Promise<void> {
  const response = await fetch(`${app.url}/api/incidents`);
  const { incidents } = (await response.json()) as IncidentsResponse;
  const id = incidents.find((row) => row.workload.name === workload)?.id;
  await page.goto(`${app.url}/incidents/${id}`);
  await page.getByRole('log').getByText('Traceback').waitFor();
}
