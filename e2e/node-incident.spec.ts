import { expect, test } from './fixtures.ts';

test.describe('a node died with half of a workload on it', () => {
  test.use({ scenarios: 'node-not-ready' });

  test('its page says since when, who suffers, when they leave and what to do', async ({
    page,
    app,
    expectAccessible,
  }) => {
    await page.goto(app.url);
    await page.getByRole('link', { name: 'Open incident batch-1' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'The kubelet of batch-1 stopped reporting.',
    );

    const ready = page
      .getByRole('table', { name: 'Conditions of batch-1' })
      .getByRole('row', { name: /^Ready Unknown, bad/ });
    await expect(ready).toContainText('NodeStatusUnknown');
    await expect(ready).toContainText('Kubelet stopped posting node status.');
    await expect(page.getByRole('list', { name: 'Taints of batch-1' })).toContainText(
      'node.kubernetes.io/unreachable:NoExecute',
    );
    await expect(page.getByRole('region', { name: 'What happens on batch-1 by itself' })).toContainText(
      'Terminating until the kubelet confirms it',
    );
    const pods = page.getByRole('table', { name: 'Pods on batch-1' });
    await expect(
      pods.getByRole('row', { name: /settlement\/settlement-db-\d.*told to, since/ }),
    ).toBeVisible();
    const memory = page
      .getByRole('table', { name: 'Resources of batch-1' })
      .getByRole('row', { name: /^memory/ });
    await expect(memory).toContainText('GiB');

    await expect(page.getByText('kubectl describe node batch-1').first()).toBeVisible();
    await expect(
      page.getByText(/^kubectl taint node batch-1 node\.kubernetes\.io\/out-of-service=/),
    ).toBeVisible();
    await expectAccessible();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible();
  });
});
