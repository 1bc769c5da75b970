import { mkdir } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import playwrightConfig from './playwright.config.ts';
import { startApp } from './e2e/processes.ts';
const out='/tmp/lk-shots'; await mkdir(out,{recursive:true});
const app = await startApp(['--sandbox','--scenario','storage-class-missing,volume-provisioning-fails,claim-missing,quota-exceeded,quota-demands-requests,limit-range-violated']);
const browser = await chromium.launch(playwrightConfig.projects?.[0]?.use?.launchOptions ?? (playwrightConfig.use as any)?.launchOptions);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme: 'light', reducedMotion: 'reduce' });
  const errors: string[]=[]; page.on('console', m => { if (m.type()==='error') errors.push(m.text()); });
  for (const w of ['outbox-db','ledger-archive','report-archive','campaigns','partner-feed','cohorts']) {
    await page.goto(app.url);
    await page.getByRole('row', { name: new RegExp(w) }).first().click();
    await page.waitForTimeout(2500);
    await page.screenshot({ path: `${out}/panel-${w}.png`, animations: 'disabled' });
    const { incidents } = await (await fetch(`${app.url}/api/incidents`)).json() as any;
    const id = incidents.find((r: any) => r.workload.name === w)?.id;
    await page.goto(`${app.url}/incidents/${id}`);
    await page.waitForTimeout(2000);
    await page.screenshot({ path: `${out}/page-${w}.png`, animations: 'disabled', fullPage: true });
    const view = await (await fetch(`${app.url}/api/incidents/${id}`)).json() as any;
    const f = view.findings?.[0] ?? view.diagnosis?.[0];
    console.log(w, f?.causeId, f?.certainty, f?.sentence, JSON.stringify(f?.unchecked));
  }
  console.log('errors', errors);
} finally { await browser.close(); await app.stop(); }
