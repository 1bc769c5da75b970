import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterTest, expect, test } from './fixtures.ts';

test.describe('from an incident', () => {
  test.use({ scenarios: 'oom' });

  test('to its runbook and back, by key and by link', async ({ page, app, expectAccessible }) => {
    await page.goto(app.url);
    const panel = page.getByRole('complementary');
    await page
      .getByRole('row', { name: /OOM|memory/i })
      .first()
      .click();
    await expect(panel.getByRole('link', { name: 'Runbook oom-limit' })).toBeVisible();
    await page.keyboard.press('b');

    await expect(page.getByRole('heading', { level: 1, name: 'Memory limit is too small' })).toBeVisible();
    await expect(page.getByRole('heading', { level: 2 })).toHaveText([
      'Symptoms',
      'Confirm',
      'Cure',
      'Prevention',
    ]);
    await expect(
      page.getByRole('region', { name: 'Open with this cause' }).getByRole('link'),
    ).not.toHaveCount(0);
    await expectAccessible();

    await page.getByRole('link', { name: 'Back to the incident' }).click();
    await expect(page).toHaveURL(/\/incidents\//);
    await page.getByRole('link', { name: 'Runbook oom-limit' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Memory limit is too small' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/\/incidents\//);
  });

  test('the list is filtered with the keyboard, and an address without a page shows it', async ({
    page,
    app,
    expectAccessible,
  }) => {
    await page.goto(`${app.url}/runbooks`);
    await expect(page.getByRole('link', { name: 'Image tag not found' })).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('taint keeps');
    await page.keyboard.press('Enter');
    await expectAccessible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'A taint keeps the pod away' })).toBeVisible();

    const answer = await page.goto(`${app.url}/runbooks/no-such-page`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByText(/There is no runbook at this address/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'Image tag not found' })).toBeVisible();
  });
});

clusterTest.describe("a team's folder", () => {
  clusterTest.use({ scenarios: 'oom' });

  clusterTest('replaces a page without a restart, and its markup stays text', async ({ page, cluster }) => {
    const folder = mkdtempSync(join(tmpdir(), 'uncrash-team-'));
    const app = await cluster.startApp({ flags: ['--runbooks', folder] });
    const violations: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text());
    });
    try {
      await page.goto(`${app.url}/runbooks/oom-limit`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Memory limit is too small');

      writeFileSync(
        join(folder, 'oom-limit.md'),
        '# Ask the platform team\n\n<script>document.title="x"</script>\n',
      );
      writeFileSync(join(folder, 'Wrong Name.md'), '# x\n');
      await page.reload();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ask the platform team');
      await expect(page.getByText('<script>document.title="x"</script>')).toBeVisible();
      await expect(page).toHaveTitle('Uncrash');

      await page.goto(`${app.url}/runbooks`);
      await expect(page.getByRole('row', { name: /Ask the platform team/ })).toContainText(
        'team, replaces ours',
      );
      await expect(page.getByText('Wrong Name.md')).toBeVisible();
      expect(violations).toEqual([]);
    } finally {
      await app.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
