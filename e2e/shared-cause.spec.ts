import { expect, test } from './fixtures.ts';

test.describe('one registry fails for nine workloads', () => {
  test.use({ scenarios: 'registry-down-for-many' });

  test('they are one line that unfolds, with its reach and the one cure', async ({
    page,
    app,
    expectAccessible,
  }) => {
    await page.goto(app.url);
    const line = page.getByRole('link', { name: /^9 workloads in 4 ns: cache\.acme\.example fails/ });
    await expect(line).toHaveAttribute('aria-expanded', 'false');
    await expect(page.getByText('9 in 1 shared cause')).toBeVisible();
    const member = page.getByRole('link', { name: 'crm/contacts', exact: true });
    const rows = page.getByRole('table', { name: 'Incidents' }).getByRole('row');
    await expect(rows).toHaveCount(2);

    const panel = page.getByRole('complementary', { name: /^Shared cause/ });
    await expect(panel.getByRole('heading', { level: 2 })).toHaveText(
      'Registry cache.acme.example does not serve images: 9 workloads in 4 namespaces.',
    );
    await expect(panel.getByRole('region', { name: 'What speaks for it' })).toContainText(
      '503 Service Unavailable',
    );
    await expect(panel.getByRole('region', { name: 'Reach' })).toContainText(
      'crm, editorial, finance, logistics',
    );
    await expectAccessible();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible();

    // The keys of every other line: j moves, Enter opens, the arrows fold.
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(line).toHaveAttribute('aria-expanded', 'true');
    await expect(rows).toHaveCount(11);
    await expectAccessible();
    await page.keyboard.press('j');
    await expect(page.getByRole('complementary')).toContainText('answers with a server error');
    await expect(
      page.getByRole('complementary').getByRole('link', { name: 'cache.acme.example fails' }),
    ).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(line).toHaveAttribute('aria-expanded', 'false');
    await expect(rows).toHaveCount(2);

    // Searched by the registry's name, or by one of the workloads.
    await page.getByLabel('Filter rows').fill('cache.acme');
    await expect(line).toBeVisible();
    await page.getByLabel('Filter rows').fill('contacts');
    await expect(page.getByRole('link', { name: /^1 of 9 workloads/ })).toBeVisible();
    await page.getByLabel('Filter rows').fill('');

    // A link to one of them opens the fold, and each has its own page.
    const address = await panel.getByRole('link', { name: 'crm/contacts' }).getAttribute('href');
    const id = /incidents\/([^?]+)/.exec(address ?? '')?.[1] ?? '';
    await page.goto(`${app.url}/?row=${id}`);
    await expect(line).toHaveAttribute('aria-expanded', 'true');
    await expect(page.getByRole('complementary', { name: 'crm/contacts' })).toBeVisible();
    await member.first().click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('cache.acme.example');
  });
});

test.describe('three crash loops of three reasons', () => {
  test.use({ scenarios: 'app-bug,bad-redis-args,oom' });

  test('have nothing in common, and stay three lines', async ({ page, app }) => {
    await page.goto(app.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('3 incidents');
    await expect(page.getByRole('table', { name: 'Incidents' }).getByRole('row')).toHaveCount(4);
    await expect(page.getByText(/shared cause/)).toHaveCount(0);
  });
});
