import { apiPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { createObject } from './create-object.ts';
import { clusterTest as test, expect } from './fixtures.ts';

const store = (namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'store', namespace },
  spec: {
    serviceName: 'store',
    replicas: 2,
    selector: { matchLabels: { app: 'store' } },
    template: {
      metadata: { labels: { app: 'store' } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'store', image: 'redis:7-alpine' }] },
    },
  },
});

test('a StatefulSet is undone from the dashboard, which says which pod has to be deleted, and it is ready again', async ({
  page,
  cluster,
}) => {
  test.setTimeout(240_000);
  const namespace = await cluster.createNamespace('undo');
  const connection = cluster.connect();
  const sets = apiPath`/apis/apps/v1/namespaces/${namespace}/statefulsets`;
  const set = apiPath`/apis/apps/v1/namespaces/${namespace}/statefulsets/store`;
  const status = async () => {
    const answer = await expectOk(await connection.request(set));
    return ((await answer.json()) as { status: Record<string, unknown> }).status;
  };
  await createObject(connection, sets, store(namespace));
  await expect.poll(async () => (await status())['readyReplicas'], { timeout: 60_000 }).toBe(2);
  const app = await cluster.startApp({ flags: ['--namespace', namespace] });
  try {
    const body = JSON.stringify([
      { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'redis:7-never-pushed' },
    ]);
    const headers = { 'content-type': 'application/json-patch+json' };
    (await expectOk(await connection.request(set, { method: 'PATCH', body, headers }))).discard();

    await page.goto(app.url);
    await page.getByRole('row', { name: new RegExp(`${namespace}/store`) }).click({ timeout: 60_000 });
    const panel = page.getByRole('complementary', { name: `${namespace}/store` });
    await panel
      .getByRole('button', { name: /^Roll back to revision 1/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('The server accepts the change; nothing was written.')).toBeVisible();
    await expect(dialog.getByText('Revision 1 exists as ControllerRevision')).toBeVisible();
    await expect(dialog.getByText('store-1 is not ready, and the update waits for it')).toBeVisible();
    await expect(dialog.getByText(`kubectl delete pod store-1 -n ${namespace}`)).toBeVisible();
    await dialog.getByRole('button', { name: /^Roll back to 1/ }).click();
    await expect(dialog.getByRole('status')).toContainText('Waiting for 1 pods to be ready');

    // As the documentation of Kubernetes has it: the controller waits for the broken pod until somebody deletes it.
    const pod = apiPath`/api/v1/namespaces/${namespace}/pods/store-1`;
    (await expectOk(await connection.request(pod, { method: 'DELETE' }))).discard();
    await expect(dialog.getByRole('status')).toContainText('Rolled out', { timeout: 60_000 });
    await expect(dialog.getByRole('status')).toContainText('2 of 2 ready on revision 3');
    expect((await status())['readyReplicas']).toBe(2);
  } finally {
    await app.stop();
    await connection.close();
  }
});
