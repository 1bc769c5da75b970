import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { expect, test } from './fixtures.ts';

test.use({ scenarios: 'bad-image,bad-redis-args,app-bug,oom,insufficient-memory' });

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no page breaks an accessibility rule, ${colorScheme}`, async ({ page, app, expectAccessible }) => {
    await page.emulateMedia({ colorScheme });
    const violations: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text());
    });

    await page.goto('/');
    await expect(page.getByRole('row', { name: /lab30\/lab30-redis/ })).toBeVisible();
    await page.keyboard.press('j');
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toBeVisible();
    await expectAccessible();

    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible();
    await page.keyboard.press('Escape');

    await page
      .getByRole('radio', { name: /All pods/ })
      .or(page.getByRole('button', { name: /All pods/ }))
      .click();
    await expect(page.getByRole('row', { name: /lab30-redis/ }).first()).toBeVisible();
    await expectAccessible();

    const { incidents } = (await (await fetch(`${app.url}/api/incidents`)).json()) as IncidentsResponse;
    const redis = incidents.find(({ workload }) => workload.name === 'lab30-redis');
    await page.goto(`/incidents/${redis?.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('log')).toContainText('9090');
    await expectAccessible();

    await page.keyboard.press('u');
    await expect(page.getByRole('dialog').getByText('The server accepts the change')).toBeVisible();
    await expectAccessible();
    await page.keyboard.press('Escape');

    await page.goto('/overview');
    await expect(page.getByRole('heading', { name: 'Unhealthy pods' })).toBeVisible();
    await expectAccessible();

    await page.goto('/actions');
    await expect(page.getByRole('heading', { name: 'Actions' })).toBeVisible();
    await expectAccessible();
    expect(violations).toEqual([]);
  });
}
