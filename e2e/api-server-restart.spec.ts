import { clusterTest as test, expect } from './fixtures.ts';

test.describe('an API server that goes away', () => {
  test.use({ scenarios: 'bad-redis-args' });

  test('is said with a since-time, and work goes on when it is back', async ({ page, cluster }) => {
    const app = await cluster.startApp();
    try {
      await page.goto(app.url);
      const row = page.getByRole('row', { name: /lab30\/lab30-redis/ });
      await expect(row).toBeVisible();
      await expect(page.getByRole('button', { name: /Live/ })).toBeVisible();

      await cluster.down();
      await expect(page.getByRole('button', { name: /Stale since/ })).toBeVisible();
      await expect(row).toBeVisible();

      await cluster.up();
      await expect(page.getByRole('button', { name: /Live/ })).toBeVisible({ timeout: 60_000 });
      await row.click();
      const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
      await panel.getByRole('button', { name: /^Roll back to revision 1/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: /^Roll back/ }).click();
      await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
    } finally {
      await app.stop();
    }
  });
});

test.describe('an API server that does not answer', () => {
  test.use({ scenarios: 'bad-image' });

  test('is said, and found when it comes back', async ({ page, cluster }) => {
    await cluster.down();
    const app = await cluster.startApp();
    try {
      await page.goto(app.url);
      await expect(page.getByText('The API server does not answer.')).toBeVisible();
      await expect(page.getByText('Nothing is broken')).toBeHidden();

      await cluster.up();
      await expect(page.getByRole('row', { name: /lab30\/lab30-web/ })).toBeVisible({ timeout: 60_000 });
    } finally {
      await app.stop();
    }
  });
});
