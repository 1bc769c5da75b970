import { clusterTest as test, expect } from './fixtures.ts';

test('a namespace that does not exist is not taken for a healthy one', async ({ page, cluster }) => {
  const app = await cluster.startApp({ flags: ['--namespace', 'chekout'] });
  try {
    await page.goto(app.url);
    await expect(
      page.getByText('The namespace chekout does not exist, so nothing can be said.'),
    ).toBeVisible();
    await expect(page.getByRole('button', { name: /1 namespace does not exist/ })).toBeVisible();
    await expect(page.getByText(/Nothing is broken/)).toHaveCount(0);
  } finally {
    await app.stop();
  }
});
