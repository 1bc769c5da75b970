import { apiPath } from '#lib/kube/path.ts';
import { createObject } from './create-object.ts';
import { clusterTest as test, expect } from './fixtures.ts';

const IMAGE = 'registry.invalid/uncrash/missing';

const deployment = (namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'late', namespace },
  spec: {
    selector: { matchLabels: { app: 'late' } },
    template: {
      metadata: { labels: { app: 'late' } },
      spec: { containers: [{ name: 'app', image: `${IMAGE}:1.0.0` }] },
    },
  },
});

const title =
  'an image nobody can pull is an incident, and what is set instead is checked, tried and recorded';
test(title, { tag: '@any-cluster' }, async ({ page, cluster }) => {
  const namespace = await cluster.createNamespace('pulls');
  const connection = cluster.connect();
  const app = await cluster.startApp({ flags: ['--namespace', namespace] });
  try {
    const path = apiPath`/apis/apps/v1/namespaces/${namespace}/deployments`;
    await createObject(connection, path, deployment(namespace));
    await page.goto(app.url);
    await page.getByRole('row', { name: new RegExp(`${namespace}/late`) }).click();
    const panel = page.getByRole('complementary', { name: `${namespace}/late` });
    await expect(panel.getByText('never started, so there is no log')).toBeVisible();

    await panel.getByRole('button', { name: /^Set image/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Image').fill(`${IMAGE}:2.0.0`);
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog.getByText('The server accepts the change; nothing was written.')).toBeVisible();
    await dialog.getByLabel('Reason').fill('perhaps this one exists');
    await dialog.getByRole('button', { name: /^Set image/ }).click();
    await expect(dialog.getByRole('status')).toContainText('revision 2');
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Actions' }).click();
    await expect(page.getByRole('row', { name: /late.*perhaps this one exists/ })).toBeVisible();
    // Seen to fail as well: the incident is about the image that was set.
    await page.getByRole('link', { name: 'Triage' }).click();
    await page.getByRole('row', { name: new RegExp(`${namespace}/late`) }).click();
    await expect(panel.getByText(`${IMAGE}:2.0.0`).first()).toBeVisible();
  } finally {
    await app.stop();
    await connection.close();
  }
});
