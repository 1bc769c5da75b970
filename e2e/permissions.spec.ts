import { expect, test } from '@playwright/test';
import { type App, type Sandbox, startApp, startSandbox } from './processes.ts';

let sandbox: Sandbox;
test.beforeAll(async () => {
  sandbox = await startSandbox(['--scenario', 'bad-redis-args']);
});
test.afterAll(() => sandbox.stop());

async function asUser(
  name: string,
  look: (app: App) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const app = await startApp(['--kubeconfig', sandbox.kubeconfig, '--context', `sandbox-${name}`, ...flags]);
  try {
    await look(app);
  } finally {
    await app.stop();
  }
}

test('a viewer sees the incident and reads why confirming is not possible', async ({ page }) => {
  await asUser('viewer', async ({ url }) => {
    await page.goto(url);
    await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
    const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
    await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('You may not patch deployments in namespace lab30.').first()).toBeVisible();
    await expect(dialog.getByRole('button', { name: /^Roll back/ })).toBeDisabled();
  });
});

test('somebody without any right is told what is not permitted, and sees no green', async ({ page }) => {
  await asUser('nobody', async ({ url }) => {
    await page.goto(url);
    await expect(page.getByText(/not permitted/i).first()).toBeVisible();
    await expect(page.getByText('Nothing is broken')).toBeHidden();
    await expect(page.getByRole('row', { name: /lab30/ })).toHaveCount(0);
    const answer = await fetch(`${url}/api/incidents`);
    expect(await answer.json()).toEqual({ incidents: [], state: 'blind' });
  });
});

test('a developer with rights in one namespace sees it, reads the log and may undo', async ({ page }) => {
  const look = async ({ url }: App) => {
    await page.goto(url);
    await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
    await expect(page.getByText(/Not permitted to list: .*nodes/)).toBeVisible();
    const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
    await expect(panel.getByText('exec: 9090: not found').first()).toBeVisible();
    await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Roll back/ }).click();
    await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
  };
  await asUser('dev', look, ['--namespace', 'lab30']);
});
