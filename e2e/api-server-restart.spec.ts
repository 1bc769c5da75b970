import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startApp, startSandbox } from './processes.ts';

test('while the API server is gone the page says since when, and it recovers alone', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'uncrash-restart-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const flags = [
    '--scenario',
    'bad-redis-args',
    '--state',
    join(folder, 'state.json'),
    '--kubeconfig',
    kubeconfig,
  ];
  let sandbox = await startSandbox(flags);
  const port = new URL(sandbox.server).port;
  const app = await startApp(['--kubeconfig', sandbox.kubeconfig]);
  try {
    await page.goto(app.url);
    const row = page.getByRole('row', { name: /lab30\/lab30-redis/ });
    await expect(row).toBeVisible();
    await expect(page.getByRole('button', { name: /Live/ })).toBeVisible();

    await sandbox.stop();
    await expect(page.getByRole('button', { name: /Stale since/ })).toBeVisible();
    await expect(row).toBeVisible();

    sandbox = await startSandbox([...flags, '--port', port]);
    await expect(page.getByRole('button', { name: /Live/ })).toBeVisible({ timeout: 60_000 });
    await row.click();
    const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
    await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Roll back/ }).click();
    await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
  } finally {
    await app.stop();
    await sandbox.stop();
  }
});

test('an API server that does not answer is said, and found when it comes back', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'uncrash-down-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const flags = [
    '--scenario',
    'bad-image',
    '--state',
    join(folder, 'state.json'),
    '--kubeconfig',
    kubeconfig,
  ];
  const first = await startSandbox(flags);
  await first.stop();
  const app = await startApp(['--kubeconfig', kubeconfig]);
  try {
    await page.goto(app.url);
    await expect(page.getByText('The API server does not answer.')).toBeVisible();
    await expect(page.getByText('Nothing is broken')).toBeHidden();

    const second = await startSandbox([...flags, '--port', new URL(first.server).port]);
    try {
      await expect(page.getByRole('row', { name: /lab30\/lab30-web/ })).toBeVisible({ timeout: 60_000 });
    } finally {
      await second.stop();
    }
  } finally {
    await app.stop();
  }
});
