import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import type { ApiServer } from './api-server.ts';
import { createApiServer } from './api-server.ts';
import { grantAccountRoles } from './https/account-roles.ts';
import { createAccounts } from './https/accounts.ts';
import { createIdentity } from './https/certificate.ts';
import type { HttpsServer } from './https/https-server.ts';
import { startHttpsServer } from './https/https-server.ts';
import { writeKubeconfig } from './https/kubeconfig.ts';
import type { Kubectl } from './kubectl-runner.ts';
import { kubectlRunner } from './kubectl-runner.ts';
import { clientOf, deployment } from './test-server.ts';

let api: ApiServer;
let https: HttpsServer;
let directory = '';
let run: Awaited<ReturnType<typeof kubectlRunner>>;
const kubectl: Kubectl = (args, options) => run.kubectl(['-n', 'demo', ...args], options);

/** Runs and expects success; the output. */
async function ok(args: readonly string[], stdin?: string): Promise<string> {
  const { code, out, err } = await kubectl(args, { stdin });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return out;
}

beforeAll(async () => {
  api = createApiServer({
    clock: wallClock,
    random: () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647,
  });
  grantAccountRoles(api);
  const identity = createIdentity(wallClock.now());
  const accounts = createAccounts();
  https = await startHttpsServer({ api, clock: wallClock, identity, accounts, port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'api-server-'));
  await writeKubeconfig(join(directory, 'config'), { server: https.url, ca: identity.ca, accounts });
  run = await kubectlRunner(join(directory, 'config'));
  await ok(['create', 'namespace', 'demo']);
  await ok(['create', '-f', '-'], manifest('web'));
  const pods = clientOf(api);
  pods.post('/api/v1/namespaces/demo/pods', {
    metadata: { name: 'web-1', labels: { app: 'web' } },
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'shop/web:1' }] },
  });
  const running = { running: { startedAt: '2026-01-05T12:00:00Z' } };
  const status = {
    phase: 'Running',
    containerStatuses: [
      { name: 'app', ready: true, restartCount: 0, state: running, containerID: 'containerd://1' },
    ],
  };
  pods.patch('/api/v1/namespaces/demo/pods/web-1/status', 'merge', { status });
  api.useLogs({
    lines: () => [{ atMs: Date.UTC(2026, 0, 5, 12), text: 'hello' }],
    follow: (_target, _onLine, onEnd) => {
      onEnd();
      return () => undefined;
    },
  });
});

afterAll(async () => {
  await https.close();
  await run.clean();
  await rm(directory, { recursive: true });
});

let state = 11;
const manifest = (name: string, image = 'shop/web:1'): string => stringify(deployment(name, { image }));

describe('kubectl get', () => {
  it.each([
    ['a table', ['get', 'pods'], /web-1 +1\/1 +Running/],
    ['wide', ['get', 'po', '-o', 'wide'], /NOMINATED NODE/],
    ['by short name and category', ['get', 'deploy,all'], /deployment.apps\/web/],
    ['yaml', ['get', 'deploy', 'web', '-o', 'yaml'], /revisionHistoryLimit: 10/],
    ['jsonpath', ['get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}'], /^web-1$/],
    ['sorted', ['get', 'pods', '--sort-by=.metadata.name'], /web-1/],
    ['by field', ['get', 'pods', '--field-selector=status.phase=Running'], /web-1/],
    ['in pages', ['get', 'pods', '-A', '--chunk-size=1', '-o', 'name'], /pod\/web-1/],
    ['described', ['describe', 'pod', 'web-1'], /Service Account: +default/],
    ['explained', ['explain', 'deploy.spec.template'], /PodTemplateSpec/],
    ['logs', ['logs', 'web-1', '--timestamps'], /^2026-01-05T12:00:00.000000000Z hello/],
    ['followed logs', ['logs', '-f', 'web-1'], /^hello/],
  ])('%s', async (_name, args, expected) => {
    expect(await ok(args)).toMatch(expected);
  });

  it('says what is not there', async () => {
    expect(await kubectl(['get', 'pods', 'nope'])).toMatchObject({
      code: 1,
      err: 'Error from server (NotFound): pods "nope" not found\n',
    });
  });

  it('watches', async () => {
    const watching = kubectl(['get', 'cm', '-w', '-o', 'name'], { forMs: 4000 });
    for (const name of ['seen-1', 'seen-2']) await ok(['create', 'cm', name]);
    expect((await watching).out).toMatch(/seen-1[\s\S]*seen-2/);
  });
});

describe('kubectl writes', () => {
  it('applies, finds nothing to do, and applies a change', async () => {
    expect(await ok(['apply', '-f', '-'], manifest('api'))).toContain('created');
    expect(await ok(['apply', '-f', '-'], manifest('api'))).toContain('unchanged');
    expect(await ok(['diff', '-f', '-'], manifest('api'))).toBe('');
    expect(await ok(['apply', '-f', '-'], manifest('api', 'shop/web:2'))).toContain('configured');
    expect(await ok(['apply', '--server-side', '-f', '-'], manifest('api', 'shop/web:2'))).toContain(
      'serverside-applied',
    );
  });

  it('refuses an unknown field', async () => {
    const { err } = await kubectl(['apply', '-f', '-'], {
      stdin: manifest('bad').replace('image:', 'imagee:'),
    });
    expect(err).toContain('unknown field "spec.template.spec.containers[0].imagee"');
  });

  it.each([
    [['set', 'image', 'deploy/web', 'app=shop/web:3'], 'image updated'],
    [['scale', 'deploy/web', '--replicas=3'], 'scaled'],
    [['scale', 'deploy/web', '--current-replicas=3', '--replicas=2'], 'scaled'],
    [['rollout', 'pause', 'deploy/web'], 'paused'],
    [['rollout', 'resume', 'deploy/web'], 'resumed'],
    [['rollout', 'restart', 'deploy/web'], 'restarted'],
    [['label', 'pod', 'web-1', 'a=b'], 'labeled'],
    [['annotate', 'pod', 'web-1', 'a=b'], 'annotated'],
    [['patch', 'deploy', 'web', '-p', '{"spec":{"minReadySeconds":1}}'], 'patched'],
    [['patch', 'deploy', 'web', '--type=merge', '-p', '{"spec":{"minReadySeconds":2}}'], 'patched'],
    [
      [
        'patch',
        'deploy',
        'web',
        '--type=json',
        '-p',
        '[{"op":"test","path":"/spec/minReadySeconds","value":2},{"op":"remove","path":"/spec/minReadySeconds"}]',
      ],
      'patched',
    ],
    [['create', 'secret', 'generic', 's', '--from-literal=a=b'], 'created'],
    [['create', 'deployment', 'made', '--image=nginx:1'], 'created'],
    [['create', 'sa', 'robot'], 'created'],
    [['run', 'tmp', '--image=busybox'], 'created'],
    [['expose', 'deploy', 'web', '--port=80'], 'exposed'],
    [['delete', 'pod', 'web-1', '--dry-run=server'], 'deleted'],
    [['delete', 'deploy', 'made'], 'deleted'],
    [['delete', 'pod', 'tmp'], 'deleted'],
  ])('%j', async (args, expected) => {
    expect(await ok(args)).toContain(expected);
  });
});

describe('kubectl auth', () => {
  it.each([
    ['sandbox', 'delete', 'yes'],
    ['sandbox-viewer', 'delete', 'no'],
    ['sandbox-dev', 'list', 'yes'],
    ['sandbox-nobody', 'list', 'no'],
  ])('%s can-i %s pods: %s', async (context, verb, expected) => {
    const { out } = await kubectl(['--context', context, 'auth', 'can-i', verb, 'pods']);
    expect(out.trim()).toBe(expected);
  });

  it('knows who is asking', async () => {
    expect(await ok(['--context', 'sandbox-dev', 'auth', 'whoami'])).toMatch(/Username +dev/);
  });
});
