import { expect, test } from './fixtures.ts';

test.use({ scenarios: 'bad-redis-args' });

test('bad arguments are found in the previous log and undone, with the keyboard only', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('row', { name: /lab30\/lab30-redis/ })).toBeVisible();
  await page.keyboard.press('j');
  const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('9090');

  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('9090');
  await expect(page.getByText(/exit code 127/).first()).toBeVisible();
  await expect(page.getByRole('log').getByText('exec: 9090: not found')).toBeVisible();

  await page.keyboard.press('u');
  const dialog = page.getByRole('dialog', { name: /Roll back lab30\/lab30-redis from revision 2 to 1/ });
  await expect(dialog.getByText('The server accepts the change; nothing was written.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: /^Roll back/ })).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(dialog.getByRole('status')).toContainText('successfully rolled out', { timeout: 90_000 });
  await expect(dialog.getByRole('status')).toContainText('1 of 1 ready on revision 3');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /Recovered.*lab30\/lab30-redis/ })).toBeVisible();
});
