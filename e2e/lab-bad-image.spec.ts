import { expect, test } from './fixtures.ts';

test.use({ scenarios: 'bad-image' });

test('a tag that was never pushed is named, and another image brings the app back', async ({
  page,
  stage,
}) => {
  await page.goto('/');
  await expect(page.getByText('Sandbox cluster')).toBeVisible({ visible: stage.name === 'sandbox' });
  await page.getByRole('row', { name: /lab30\/lab30-web/ }).click();

  const panel = page.getByRole('complementary', { name: 'lab30/lab30-web' });
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('does-not-exist');
  await expect(panel.getByText('never started, so there is no log')).toBeVisible();
  await expect(panel.getByText('ghcr.io/vlrrbn/lab30-web-metrics:does-not-exist').first()).toBeVisible();

  await panel.getByRole('button', { name: /^Set image/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Image').fill('ghcr.io/vlrrbn/lab30-web-metrics:0.2.1');
  await dialog.getByRole('button', { name: 'Check' }).click();
  await expect(dialog.getByText('The server accepts the change; nothing was written.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('the tag was never pushed');
  await dialog.getByRole('button', { name: /^Set image/ }).click();

  await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
  await expect(dialog.getByRole('status')).toContainText('1 of 1 ready');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /Recovered.*lab30\/lab30-web/ })).toBeVisible();

  await page.getByRole('link', { name: 'Actions' }).click();
  await expect(page.getByRole('row', { name: /lab30-web.*the tag was never pushed/ })).toBeVisible();
});
