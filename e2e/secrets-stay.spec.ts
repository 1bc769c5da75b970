import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { apiPath, type ApiPath, underPath } from '#lib/kube/path.ts';
import { createObject } from './create-object.ts';
import { clusterTest as test, expect } from './fixtures.ts';

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

const meta = (namespace: string, name: string) => ({
  name,
  namespace,
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"x":"${CANARIES.annotation}"}` },
});
const objectsIn = (namespace: string): readonly (readonly [ApiPath, object])[] => [
  [
    underPath(apiPath`/api/v1/namespaces/${namespace}`, 'secrets'),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta(namespace, 'app'),
      data: { token: base64(CANARIES.secret) },
    },
  ],
  [
    underPath(apiPath`/api/v1/namespaces/${namespace}`, 'secrets'),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: meta(namespace, 'pull'),
      data: { '.dockerconfigjson': base64(DOCKER_CONFIG) },
    },
  ],
  [
    underPath(apiPath`/api/v1/namespaces/${namespace}`, 'configmaps'),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta(namespace, 'settings'),
      data: { key: CANARIES.configMap },
    },
  ],
  [
    apiPath`/apis/apps/v1/namespaces/${namespace}/deployments`,
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(namespace, 'keeper'),
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

const title = 'no value of a Secret, ConfigMap, variable or annotation leaves the server';
test(title, { tag: '@any-cluster' }, async ({ page, stage, cluster }) => {
  const namespace = await cluster.createNamespace('vault');
  const connection = cluster.connect();
  const app = await cluster.startApp();
  try {
    for (const [path, object] of objectsIn(namespace)) await createObject(connection, path, object);
    const get = async (path: string) => (await fetch(`${app.url}${path}`)).text();
    const incidents = async () =>
      (JSON.parse(await get('/api/incidents')) as IncidentsResponse).incidents.filter(
        ({ workload }) => workload.name === 'keeper',
      );
    // The pull Secret was read once the finding speaks of its registry.
    const expected = stage.hasRegistry ? 'pull-secret-not-matching-registry' : expect.any(String);
    await expect.poll(async () => (await incidents())[0]?.causeId).toEqual(expected);

    await page.goto(app.url);
    await page.getByRole('row', { name: new RegExp(`${namespace}/keeper`) }).click();
    await page.getByRole('button', { name: /^Set image/ }).click();
    const id = (await incidents())[0]?.id;
    const answers = [
      await get('/api/incidents'),
      await get(`/api/incidents/${id}`),
      await get('/api/pods'),
      await get('/api/overview'),
      await get(`/incidents/${id}?cluster=${cluster.context}`),
      await page.content(),
    ].join('\n');
    if (stage.hasRegistry) expect(answers).toContain('registry.example');
    expect(answers).toContain('acme-internal/keeper');
    for (const canary of Object.values(CANARIES)) {
      expect(answers).not.toContain(canary);
      expect(answers).not.toContain(base64(canary));
      expect(app.output()).not.toContain(canary);
    }
  } finally {
    await app.stop();
    await connection.close();
  }
});
