import { randomUUID } from 'node:crypto';
import { expect, test } from './fixtures.ts';

test.use({ scenarios: 'bad-redis-args', flags: '--read-only' });

test('read-only mode shows why a button is off, and the server refuses a forged write', async ({
  page,
  app,
}) => {
  await page.goto(app.url);
  await page.getByRole('row', { name: /lab30\/lab30-redis/ }).click();
  const panel = page.getByRole('complementary', { name: 'lab30/lab30-redis' });
  await expect(panel.getByRole('button', { name: /^Roll back/ })).toBeDisabled();
  await expect(panel.getByText(/read-only/)).toBeVisible();

  const forged = await fetch(`${app.url}/api/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify({
      intentId: randomUUID(),
      target: { kind: 'Deployment', namespace: 'lab30', name: 'lab30-redis' },
      action: { type: 'rollback', toRevision: 1 },
      precondition: { uid: 'x', templateHash: 'x' },
      reason: '',
    }),
  });
  expect(forged.status).toBe(403);
  expect(await forged.json()).toMatchObject({ error: { code: 'forbidden' } });
});
