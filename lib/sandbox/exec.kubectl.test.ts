import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts } from './apiserver/https/accounts.ts';
import { createIdentity } from './apiserver/https/certificate.ts';
import { startHttpsServer, type HttpsServer } from './apiserver/https/https-server.ts';
import { writeKubeconfig } from './apiserver/https/kubeconfig.ts';
import { kubectlRunner, type Kubectl } from './apiserver/kubectl-runner.ts';
import type { Draft } from './client/write.ts';
import { createSandbox } from './create-sandbox.ts';
import { upsert } from './scenarios/upsert.ts';
import { wallClock } from './wall-clock.ts';

const MANIFESTS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      containers: [{ name: 'app', image: 'nginx:1.28-alpine', env: [{ name: 'COLOR', value: 'green' }] }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'metrics', namespace: 'shop' },
    spec: {
      containers: [{ name: 'app', image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.16.0' }],
    },
  },
] as unknown as readonly Draft[];

let https: HttpsServer;
let directory = '';
let stopFollowing = (): void => undefined;
let run: Awaited<ReturnType<typeof kubectlRunner>>;
const kubectl: Kubectl = (args, options) => run.kubectl(['-n', 'shop', ...args], options);

beforeAll(async () => {
  const identity = createIdentity(wallClock.now());
  const accounts = createAccounts();
  const endAt = wallClock.now() - 120_000;
  const { server, simulation, clock } = await createSandbox({
    seed: 'exec',
    endAt,
    backfillMs: 10_000,
    contents: 'nodes',
  });
  for (const object of MANIFESTS) await upsert(simulation.cluster.api, object);
  await clock.advance(120_000);
  stopFollowing = clock.goLive(wallClock);
  https = await startHttpsServer({ api: server, clock, identity, accounts, port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'exec-'));
  await writeKubeconfig(join(directory, 'config'), { server: https.url, ca: identity.ca, accounts });
  run = await kubectlRunner(join(directory, 'config'));
}, 60_000);

afterAll(async () => {
  stopFollowing();
  await https.close();
  await run.clean();
  await rm(directory, { recursive: true });
});

describe('kubectl exec', { timeout: 60_000 }, () => {
  it('prints what the command prints and ends as it ends', async () => {
    expect(
      await kubectl(['exec', 'web', '--', 'sh', '-c', 'echo $COLOR; echo oops >&2; exit 7']),
    ).toMatchObject({
      code: 7,
      out: 'green\n',
      err: 'oops\ncommand terminated with exit code 7\n',
    });
  });

  it('sends standard input and its end', async () => {
    const ran = await kubectl(['exec', '-i', 'web', '--', 'cat'], { stdin: 'one\ntwo\n' });
    expect(ran).toMatchObject({ code: 0, out: 'one\ntwo\n' });
    const shell = await kubectl(['exec', '-i', 'web', '--', 'sh'], { stdin: 'hostname\nnope\n' });
    expect(shell).toMatchObject({ code: 127, out: 'web\n' });
    expect(shell.err).toContain('sh: nope: not found\n');
  });

  it('waits for the command', async () => {
    expect(await kubectl(['exec', 'web', '--', 'sh', '-c', 'sleep 1; echo late'])).toMatchObject({
      out: 'late\n',
    });
  });

  it('says what the runtime says when there is no shell', async () => {
    const { code, err } = await kubectl(['exec', 'metrics', '--', 'sh']);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: Internal error occurred: .*OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in \$PATH: unknown\n$/,
    );
  });

  it('is forbidden to those who may only look', async () => {
    const { code, err } = await kubectl(['--context', 'sandbox-nobody', 'exec', 'web', '--', 'ls']);
    expect(code).toBe(1);
    expect(err).toContain('cannot get resource "pods" in API group ""');
  });

  it('knows no container that is not there', async () => {
    const { code, err } = await kubectl(['exec', 'web', '-c', 'nope', '--', 'ls']);
    expect(code).toBe(1);
    expect(err).toContain('container nope is not valid for pod web');
  });
});

describe('kubectl attach', { timeout: 60_000 }, () => {
  it('shows what the container writes from then on, until it ends', async () => {
    const script = 'echo one; sleep 5; echo two';
    await kubectl([
      'run',
      'teller',
      '--image=nginx:1.28-alpine',
      '--restart=Never',
      '--',
      'sh',
      '-c',
      script,
    ]);
    await kubectl(['wait', 'pod/teller', '--for=jsonpath={.status.phase}=Running', '--timeout=30s']);
    expect((await kubectl(['attach', 'teller'])).out).toBe('two\n');
  });
});

describe('kubectl cp', { timeout: 60_000 }, () => {
  it('takes files and folders out of a container', async () => {
    const file = join(directory, 'hosts');
    const taken = await kubectl(['cp', 'web:/etc/hosts', file]);
    // kubectl prints what tar complains of on its own standard output.
    expect(taken).toMatchObject({ code: 0, out: "tar: removing leading '/' from member names\n" });
    expect(await readFile(file, 'utf8')).toMatch(/\tlocalhost\n[^]*\tweb\n$/);
    expect((await kubectl(['cp', 'web:/etc', join(directory, 'etc')])).code).toBe(0);
    expect(await readFile(join(directory, 'etc', 'hostname'), 'utf8')).toBe('web\n');
  });

  it('puts files and folders into a container, where they stay', async () => {
    await mkdir(join(directory, 'conf', 'more'), { recursive: true });
    await writeFile(join(directory, 'conf', 'app.conf'), 'color = grün\r\nno end');
    await writeFile(join(directory, 'conf', 'more', 'empty'), '');
    expect((await kubectl(['cp', join(directory, 'conf'), 'web:/tmp'])).code).toBe(0);
    expect((await kubectl(['exec', 'web', '--', 'cat', '/tmp/conf/app.conf'])).out).toBe(
      'color = grün\r\nno end',
    );
    expect((await kubectl(['cp', join(directory, 'conf', 'app.conf'), 'web:/opt/other'])).code).toBe(0);
    expect((await kubectl(['exec', 'web', '--', 'ls', '/opt/other', '/tmp/conf/more'])).out).toBe(
      '/opt/other\n/tmp/conf/more:\nempty\n',
    );
  });

  it('says what is not there: the file, or a tar', async () => {
    const missing = await kubectl(['cp', 'web:/nope', join(directory, 'nope')]);
    expect(missing.out).toContain('tar: /nope: No such file or directory\n');
    const bare = await kubectl(['cp', 'metrics:/etc/hosts', join(directory, 'nope')]);
    expect(bare.out + bare.err).toContain('exec: "tar": executable file not found in $PATH');
  });
});

describe('kubectl top', { timeout: 60_000 }, () => {
  it('shows what Pods, containers and nodes take', async () => {
    expect((await kubectl(['top', 'pods'])).out).toMatch(
      /^NAME +CPU\(cores\) +MEMORY\(bytes\) +\nmetrics +\d+m +\d+Mi +\nweb +\d+m +\d+Mi +\n$/,
    );
    expect((await kubectl(['top', 'pods', '--containers', '--sort-by=memory'])).out).toMatch(
      /^POD +NAME +CPU/,
    );
    const nodes = await kubectl(['top', 'nodes']);
    expect(nodes.out).toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) +\n/);
    expect(nodes.out.split('\n')).toHaveLength(6);
    expect((await kubectl(['get', 'podmetrics'])).out).toMatch(/^NAME +CPU +MEMORY +WINDOW\n/);
  });
});
