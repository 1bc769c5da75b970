import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pod, testServer } from '#lib/sandbox/apiserver/test-server.ts';
import { createAccounts } from './accounts.ts';
import { createIdentity } from './certificate.ts';
import { startHttpsServer } from './https-server.ts';
import { writeKubeconfig } from './kubeconfig.ts';

const NOW = Date.UTC(2026, 10, 21);
const identity = createIdentity(Date.now());
const accounts = createAccounts();
const admin = accounts[0]?.token ?? '';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function started() {
  const cluster = testServer();
  const https = await startHttpsServer({
    api: cluster.server,
    clock: cluster.clock,
    identity,
    accounts,
    port: 0,
  });
  closing.push(() => https.close());
  return { ...cluster, https };
}

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly firstLine: Promise<string>;
};

/** Resolves with the headers; the body's first line comes when it comes. */
function ask(
  url: string,
  token: string,
  body?: { readonly type: string; readonly bytes: string },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token !== '' && { Authorization: `Bearer ${token}` }),
      ...(body && { 'Content-Type': body.type }),
    };
    const outgoing = request(url, { ca: identity.ca, method: body ? 'POST' : 'GET', headers }, (response) => {
      let text = '';
      const firstLine = new Promise<string>((done) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('\n')) done(text.split('\n')[0] ?? '');
        });
        response.on('close', () => done(text));
        response.on('error', () => done(text));
      });
      resolve({ status: response.statusCode ?? 0, headers: response.headers, firstLine });
    });
    outgoing.on('error', reject);
    outgoing.end(body?.bytes);
  });
}

describe('certificates', () => {
  it('are signed by the authority, for loopback, for ten years', () => {
    const made = createIdentity(NOW);
    const ca = new X509Certificate(made.ca);
    const leaf = new X509Certificate(made.certificate);
    expect(ca.ca).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkHost('example.com')).toBeUndefined();
    expect(Date.parse(leaf.validTo) - NOW).toBeGreaterThan(9 * 365 * 86_400_000);
  });
});

describe('https', () => {
  it('answers with the headers of an API server and the clock of the cluster', async () => {
    const { https } = await started();
    const { status, headers } = await ask(`${https.url}/api/v1/namespaces`, admin);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      date: 'Mon, 05 Jan 2026 12:00:00 GMT',
      'cache-control': 'no-cache, private',
    });
    expect(headers['audit-id']).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  });

  it.each(['', 'wrong'])('refuses the token "%s" with a Status', async (token) => {
    const { https } = await started();
    const { status, firstLine } = await ask(`${https.url}/api/v1/pods`, token);
    expect(status).toBe(401);
    expect(JSON.parse(await firstLine)).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  });

  it('sends the headers of a watch before there is anything to say', async () => {
    const { https, post } = await started();
    const { status, firstLine } = await ask(`${https.url}/api/v1/pods?watch=true`, admin);
    expect(status).toBe(200);
    post('/api/v1/namespaces/default/pods', pod('a'));
    expect(JSON.parse(await firstLine)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
  });

  it('refuses bodies it cannot read', async () => {
    const { https } = await started();
    const url = `${https.url}/api/v1/namespaces`;
    expect((await ask(url, admin, { type: 'application/json', bytes: '{' })).status).toBe(400);
    expect((await ask(url, admin, { type: 'text/plain', bytes: 'x' })).status).toBe(415);
    expect(
      (await ask(url, admin, { type: 'application/json', bytes: `"${'x'.repeat(3_200_000)}"` })).status,
    ).toBe(413);
  });
});

describe('kubeconfig', () => {
  it('has a context for every user and is readable by its owner alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
    const path = join(directory, 'deep', 'config');
    await writeKubeconfig(path, { server: 'https://127.0.0.1:1', ca: identity.ca, accounts });
    const file = parse(await readFile(path, 'utf8')) as { contexts: { name: string }[] };
    expect(file.contexts.map(({ name }) => name)).toEqual([
      'sandbox',
      'sandbox-viewer',
      'sandbox-dev',
      'sandbox-nobody',
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await rm(directory, { recursive: true });
  });
});

describe('a big list', () => {
  it('is sent compressed to those who take it so', async () => {
    const { https, post } = await started();
    const data = { text: 'x'.repeat(200_000) };
    post('/api/v1/namespaces/default/configmaps', { metadata: { name: 'big' }, data });
    const list = (path: string) =>
      new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
        const headers = { Authorization: `Bearer ${admin}`, 'Accept-Encoding': 'gzip' };
        const outgoing = request(`${https.url}${path}`, { ca: identity.ca, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) });
          });
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    const { encoding, bytes } = await list('/api/v1/configmaps');
    expect(encoding).toBe('gzip');
    expect(bytes.length).toBeLessThan(20_000);
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({
      kind: 'ConfigMapList',
      items: [{ data }],
    });
    expect((await list('/api/v1/namespaces/default')).encoding).toBeUndefined();
  });
});
