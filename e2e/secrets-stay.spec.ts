import { expect, test } from '@playwright/test';
import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { realClock } from '#lib/kube/clock.ts';
import { connectCluster } from '#lib/kube/connection.ts';
import { readKubeconfig } from '#lib/kube/kubeconfig.ts';
import { apiPath, type ApiPath, underPath } from '#lib/kube/path.ts';
import { expectOk } from '#lib/kube/response.ts';
import { startApp, startSandbox } from './processes.ts';

const CANARIES = {
  secret: 'canary-secret-8d1f',
  env: 'canary-env-77ab',
  annotation: 'canary-annotation-c0de',
  password: 'canary-password-51ee',
  configMap: 'canary-configmap-90aa',
};
const base64 = (text: string) => Buffer.from(text).toString('base64');

const DOCKER_CONFIG = JSON.stringify({
  auths: { 'registry.example': { username: 'robot', password: CANARIES.password } },
});

const meta = (name: string) => ({
  name,
  namespace: 'vault',
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"x":"${CANARIES.annotation}"}` },
});
const namespaced = apiPath`/api/v1/namespaces/${'vault'}`;

const OBJECTS: readonly (readonly [ApiPath, object])[] = [
  [apiPath`/api/v1/namespaces`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'vault' } }],
  [
    underPath(namespaced, 'secrets'),
    { apiVersion: 'v1', kind: 'Secret', metadata: meta('app'), data: { token: base64(CANARIES.secret) } },
  ],
  [
    underPath(namespaced, 'secrets'),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: meta('pull'),
      data: { '.dockerconfigjson': base64(DOCKER_CONFIG) },
    },
  ],
  [
    underPath(namespaced, 'configmaps'),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings'), data: { key: CANARIES.configMap } },
  ],
  [
    apiPath`/apis/apps/v1/namespaces/${'vault'}/deployments`,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('keeper'),
      spec: {
        selector: { matchLabels: { app: 'keeper' } },
        template: {
          metadata: { labels: { app: 'keeper' } },
          spec: {
            imagePullSecrets: [{ name: 'pull' }],
            containers: [
              {
                name: 'keeper',
                image: 'ghcr.io/acme-internal/keeper:1.0.0',
                env: [{ name: 'PASSWORD', value: CANARIES.env }],
                envFrom: [{ secretRef: { name: 'app' } }, { configMapRef: { name: 'settings' } }],
              },
            ],
          },
        },
      },
    },
  ],
];

test('no value of a Secret, ConfigMap, variable or annotation leaves the server', async ({ page }) => {
  const sandbox = await startSandbox(['--scenario', 'healthy']);
  const connection = connectCluster(
    readKubeconfig({ source: 'flag', files: [sandbox.kubeconfig] }).resolve(),
    { clock: realClock },
  );
  const app = await startApp(['--kubeconfig', sandbox.kubeconfig]);
  try {
    for (const [path, object] of OBJECTS) {
      const request = { method: 'POST', body: JSON.stringify(object) } as const;
      await expectOk(
        await connection.request(path, { ...request, headers: { 'content-type': 'application/json' } }),
      );
    }
    const get = async (path: string) => (await fetch(`${app.url}${path}`)).text();
    const incidents = async () =>
      (JSON.parse(await get('/api/incidents')) as IncidentsResponse).incidents.filter(
        ({ workload }) => workload.name === 'keeper',
      );
    // The pull Secret was read once the finding speaks of its registry.
    await expect.poll(async () => (await incidents())[0]?.causeId).toBe('pull-secret-not-matching-registry');

    await page.goto(app.url);
    await page.getByRole('row', { name: /vault\/keeper/ }).click();
    await page.getByRole('button', { name: /^Set image/ }).click();
    const id = (await incidents())[0]?.id;
    const answers = [
      await get('/api/incidents'),
      await get(`/api/incidents/${id}`),
      await get('/api/pods'),
      await get('/api/overview'),
      await get(`/incidents/${id}?cluster=sandbox`),
      await page.content(),
    ].join('\n');
    expect(answers).toContain('registry.example');
    for (const canary of Object.values(CANARIES)) {
      expect(answers).not.toContain(canary);
      expect(answers).not.toContain(base64(canary));
      expect(app.output()).not.toContain(canary);
    }
  } finally {
    await app.stop();
    await connection.close();
    await sandbox.stop();
  }
});
