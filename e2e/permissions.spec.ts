import type { AccountName } from '#lib/sandbox/apiserver/https/accounts.ts';
import { clusterTest as test, expect } from './fixtures.ts';
import type { App } from './processes.ts';
import type { StagedCluster } from './stage.ts';

test.use({ scenarios: 'bad-redis-args' });

type Visit = {
  readonly user: AccountName;
  readonly flags?: readonly string[];
  readonly look: (app: App) => Promise<void>;
};

async function visit(cluster: StagedCluster, { user, flags, look }: Visit): Promise<void> {
  const app = await cluster.startApp({ user, flags });
  try {
    await look(app);
  } finally {
    await app.stop();
  }
}

test('a viewer sees the incident and reads why confirming is not possible', async ({ page, cluster }) => {
  const look = async ({ url }: App) => {
    await page.goto(url);
    await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
    const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
    await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('You may not patch deployments in namespace lab30.').first()).toBeVisible();
    await expect(dialog.getByRole('button', { name: /^Roll back/ })).toBeDisabled();
  };
  await visit(cluster, { user: 'viewer', look });
});

test('somebody without any right is told what is not permitted, and sees no green', async ({
  page,
  cluster,
}) => {
  const look = async ({ url }: App) => {
    await page.goto(url);
    await expect(page.getByText(/not permitted/i).first()).toBeVisible();
    await expect(page.getByText(/Needed are list and watch on pods .* --namespace/)).toBeVisible();
    await expect(page.getByText('Nothing is broken')).toBeHidden();
    await expect(page.getByRole('row', { name: /lab30/ })).toHaveCount(0);
    const answer = await fetch(`${url}/api/incidents`);
    expect(await answer.json()).toEqual({ incidents: [], shared: [], state: 'blind' });
  };
  await visit(cluster, { user: 'nobody', look });
});

test('a developer with rights in one namespace sees it, reads the log and may undo', async ({
  page,
  cluster,
}) => {
  const look = async ({ url }: App) => {
    await page.goto(url);
    await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
    await expect(page.getByText(/Not permitted to list: .*nodes/)).toBeVisible();
    // It was asked for as well, and is missing by name.
    await expect(page.getByText(/Not permitted to list in kube-system: pods,/)).toBeVisible();
    const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
    await expect(panel.getByText('exec: 9090: not found').first()).toBeVisible();
    await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Roll back/ }).click();
    await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
  };
  await visit(cluster, { user: 'dev', flags: ['--namespace', 'lab30,kube-system'], look });
});
