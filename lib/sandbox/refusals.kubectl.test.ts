import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createApiServer } from './apiserver/api-server.ts';
import { createAccounts } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer, type HttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import { kubectlRunner, type Kubectl } from './apiserver/kubectl-runner.ts';
import { deployment } from './apiserver/test-server.ts';
import { seededRandom } from './random.ts';
import { wallClock } from './wall-clock.ts';

let https: HttpsServer;
let directory = '';
let run: Awaited<ReturnType<typeof kubectlRunner>>;
const kubectl: Kubectl = (args, options) => run.kubectl(['-n', 'shop', ...args], options);

async function ok(args: readonly string[], stdin?: string): Promise<string> {
  const { code, out, err } = await kubectl(args, { stdin });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return out;
}

beforeAll(async () => {
  const random = seededRandom('refusals');
  const api = createApiServer({ clock: wallClock, random: () => random.unit() });
  const identity = createIdentity(wallClock.now());
  const accounts = createAccounts();
  https = await startHttpsServer({ api, clock: wallClock, identity, accounts, port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'refusals-'));
  await writeKubeconfig(join(directory, 'config'), { server: https.url, ca: identity.ca, accounts });
  run = await kubectlRunner(join(directory, 'config'));
  await ok(['create', 'namespace', 'shop']);
  await ok(['create', 'serviceaccount', 'default']);
}, 60_000);

afterAll(async () => {
  await https.close();
  await run.clean();
  await rm(directory, { recursive: true });
});

const manifest = (replicas: number): string =>
  stringify({ ...deployment('web', { replicas }), metadata: { name: 'web', namespace: 'shop' } });

describe('kubectl and limits', { timeout: 60_000 }, () => {
  it('makes a quota and shows its use', async () => {
    expect(await ok(['create', 'quota', 'team', '--hard=pods=1,limits.cpu=2'])).toBe(
      'resourcequota/team created\n',
    );
    const spec = '{"spec":{"containers":[{"name":"a","image":"b","resources":{"limits":{"cpu":"1500m"}}}]}}';
    await ok(['run', 'one', '--image=b', `--overrides=${spec}`]);
    const two = await kubectl(['run', 'two', '--image=b', `--overrides=${spec}`]);
    expect(two.err).toBe(
      'Error from server (Forbidden): pods "two" is forbidden: exceeded quota: team, requested: limits.cpu=1500m,pods=1, used: limits.cpu=1500m,pods=1, limited: limits.cpu=2,pods=1\n',
    );
    expect(await ok(['get', 'quota'])).toMatch(
      /^NAME +REQUEST +LIMIT +AGE\nteam +pods: 1\/1 +limits\.cpu: 1500m\/2 +\d+s\n$/,
    );
    expect(await ok(['describe', 'quota', 'team'])).toMatch(
      /Resource +Used +Hard\n-+ +-+ +-+\nlimits\.cpu +1500m +2\n/,
    );
    await ok(['delete', 'pod', 'one', '--now']);
    await ok(['delete', 'quota', 'team']);
  });

  it('makes a priority class, and warns where Pod security will refuse', async () => {
    await ok(['create', 'priorityclass', 'urgent', '--value=1000', '--description=first']);
    expect(await ok(['get', 'priorityclass', 'urgent'])).toMatch(
      /urgent +1000 +false +\d+s +PreemptLowerPriority\n/,
    );
    await ok(['label', 'ns', 'shop', 'pod-security.kubernetes.io/warn=restricted']);
    const { code, err } = await kubectl(['create', '-f', '-', '--dry-run=server'], { stdin: manifest(1) });
    expect(code).toBe(0);
    expect(err).toMatch(
      /^Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "app"/,
    );
    await ok(['label', 'ns', 'shop', 'pod-security.kubernetes.io/warn-']);
  });
});

describe('kubectl apply --server-side', { timeout: 60_000 }, () => {
  it('conflicts with whoever owns the field, and takes it by force', async () => {
    await ok(['apply', '--server-side', '-f', '-'], manifest(1));
    await ok(['scale', 'deployment/web', '--replicas=5']);
    const { code, err } = await kubectl(['apply', '--server-side', '-f', '-'], { stdin: manifest(2) });
    expect(code).toBe(1);
    expect(err).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    await ok(['apply', '--server-side', '--force-conflicts', '-f', '-'], manifest(2));
    expect(await ok(['get', 'deployment/web', '-o', 'jsonpath={.spec.replicas}'])).toBe('2');
    await ok(['delete', 'deployment/web']);
  });

  it('takes over from client-side apply', async () => {
    await ok(['apply', '-f', '-'], manifest(1));
    await ok(['apply', '--server-side', '-f', '-'], manifest(3));
    const managers = await ok([
      'get',
      'deployment/web',
      '--show-managed-fields',
      '-o',
      'jsonpath={.metadata.managedFields[*].manager}',
    ]);
    expect(managers.split(' ')).toContain('kubectl');
    expect(await ok(['get', 'deployment/web', '-o', 'jsonpath={.spec.replicas}'])).toBe('3');
  });
});

describe('kubectl delete', { timeout: 60_000 }, () => {
  it('waits until a namespace is gone', async () => {
    await ok(['create', 'namespace', 'old']);
    await ok(['create', 'configmap', 'a', '-n', 'old']);
    expect(await ok(['delete', 'namespace', 'old', '--wait=false'])).toBe('namespace "old" deleted\n');
    expect(await ok(['get', 'namespace', 'old', '--no-headers'])).toMatch(/^old +Terminating/);
    expect((await kubectl(['create', 'configmap', 'b', '-n', 'old'])).err).toContain(
      'unable to create new content in namespace old because it is being terminated',
    );
    await ok(['wait', '--for=delete', 'namespace/old', '--timeout=30s']);
  });
});
