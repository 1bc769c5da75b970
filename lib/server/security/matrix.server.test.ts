import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGES, ROUTES } from '#lib/server/routes-table.ts';

// Every route and page of the built product, asked in every way it must not answer.

const MAIN = join(import.meta.dirname, '..', 'cli', 'main.ts');
const KUBECONFIG = {
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'u', user: {} }],
  contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  'current-context': 'prod',
};

type Server = { port: number; child: ChildProcess };
type Answer = { status: number; headers: IncomingHttpHeaders; body: string };
type Ask = { method?: string; target?: string; headers?: Record<string, string | string[]>; body?: string };

let folder: string;
let open: Server;
let readOnly: Server;

async function start(...flags: string[]): Promise<Server> {
  const child = spawn(
    process.execPath,
    [MAIN, '--port', '0', '--kubeconfig', join(folder, 'config'), ...flags],
    {
      env: { PATH: process.env.PATH, HOME: folder, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) return { port: Number(port), child };
  }
  throw new Error('the server ended before it was ready; was it built?');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uncrash-matrix-'));
  writeFileSync(join(folder, 'config'), JSON.stringify(KUBECONFIG));
  [open, readOnly] = await Promise.all([start(), start('--read-only')]);
});
afterAll(async () => {
  for (const { child } of [open, readOnly]) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when the head of the answer is there and, unless it is a stream, its body. */
function ask({ port }: Server, { method = 'GET', target = '/', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        method,
        path: target,
        agent: false,
        setHost: false,
        headers: rawHeaders({
          ...(headers.host === undefined ? { host: `127.0.0.1:${port}` } : {}),
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        const finish = () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        };
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', finish)
          .on('error', reject);
        if (response.headers['content-type']?.startsWith('text/event-stream')) {
          finish();
          asked.destroy();
        }
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Names and values alternating: the only form in which a header can be sent twice. */
const rawHeaders = (headers: Record<string, string | string[]>): string[] =>
  Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((one) => [name, one]));

/** `{id}` filled with a name of its kind: nothing that exists. */
const concrete = (path: string) => path.replaceAll(/\{\w+\}/g, 'x');
type Door = { name: string; kind: 'page' | 'api'; write: boolean; ask: Ask };
const DOORS: Door[] = [
  ...PAGES.map((path) => ({
    name: `page ${path}`,
    kind: 'page' as const,
    write: false,
    ask: { target: concrete(path) },
  })),
  ...ROUTES.map((row) => {
    const target = concrete(row.path);
    const post: Ask = { method: 'POST', target, body: '{}', headers: { 'content-type': 'application/json' } };
    return {
      name: `${row.method} ${row.path}`,
      kind: 'api' as const,
      write: row.method === 'POST',
      ask: row.method === 'POST' ? post : { target },
    };
  }),
];

/** As our own page asks; the attacks below change one thing each. */
function own(door: Door, server: Server): Ask {
  const origin = `http://127.0.0.1:${server.port}`;
  const headers: Record<string, string> = door.write ? { origin, 'sec-fetch-site': 'same-origin' } : {};
  return { ...door.ask, headers: { ...headers, ...door.ask.headers } };
}

type Attack = {
  name: string;
  headers?: Record<string, string | string[]>;
  change?: (ask: Ask) => Ask;
  status: number;
  on?: (door: Door) => boolean;
};
const navigation = (site: string, dest: string) => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': dest,
});
const HOSTILE: [string, string][] = [
  ['x-middleware-subrequest', 'middleware'],
  ['x-middleware-subrequest', 'src/middleware:src/middleware:src/middleware:src/middleware:src/middleware'],
  ['x-middleware-prefetch', '1'],
  ['x-middleware-invoke', '1'],
  ['x-nextjs-data', '1'],
  ['x-nextjs-html-request-id', '1'],
  ['x-next-revalidated-tags', 'a'],
  ['x-invoke-status', '200'],
  ['x-matched-path', '/'],
  ['x-now-route-matches', '1=x'],
  ['next-action', 'deadbeef'],
  ['next-resume', '1'],
  ['x-http-method-override', 'POST'],
];
const ATTACKS: Attack[] = [
  { name: 'a foreign Host', headers: { host: 'evil.example' }, status: 421 },
  {
    name: 'a rebound Host with our port',
    change: (ask) => ask,
    headers: { host: '127.0.0.1.nip.io:4180' },
    status: 421,
  },
  { name: 'a Host without port', headers: { host: '127.0.0.1' }, status: 421 },
  { name: 'two Hosts', headers: { host: ['127.0.0.1:1', 'evil.example'] }, status: 400 },
  { name: 'a foreign Origin', headers: { origin: 'http://evil.example' }, status: 403 },
  { name: 'the null Origin', headers: { origin: 'null' }, status: 403 },
  { name: 'an Origin on another port', headers: { origin: 'http://127.0.0.1:3000' }, status: 403 },
  {
    name: 'another site, cors',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    status: 403,
  },
  {
    name: 'another site, no-cors',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    status: 403,
  },
  {
    name: 'another port of localhost',
    headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
    status: 403,
  },
  { name: 'a frame on another site', headers: navigation('cross-site', 'iframe'), status: 403 },
  {
    name: 'a link on another site',
    headers: navigation('cross-site', 'document'),
    status: 403,
    on: ({ kind }) => kind === 'api',
  },
  {
    name: 'a page fetch (RSC) of another site',
    headers: { rsc: '1', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    status: 403,
  },
  {
    name: 'an absolute-form target',
    change: (ask) => ({ ...ask, target: `http://evil.example${ask.target}` }),
    status: 400,
  },
  { name: 'a dot segment', change: (ask) => ({ ...ask, target: `/x/..${ask.target}` }), status: 400 },
  {
    name: 'a hidden separator',
    change: (ask) => ({ ...ask, target: `${ask.target}%2f..%2fx` }),
    status: 400,
  },
  { name: 'a NUL', change: (ask) => ({ ...ask, target: `${ask.target}%00` }), status: 400 },
  ...HOSTILE.map(([name, value]) => ({
    name: `${name}: ${value.slice(0, 20)}`,
    headers: { [name]: value },
    status: 400,
  })),
  ...['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'].map((method) => ({
    name: method,
    change: (ask: Ask) => ({ ...ask, method, body: undefined }),
    status: 405,
  })),
  {
    name: 'a server action',
    change: (ask) => ({
      ...ask,
      method: 'POST',
      body: '[]',
      headers: { ...ask.headers, 'content-type': 'text/plain' },
    }),
    status: 405,
    on: ({ kind }) => kind === 'page',
  },
  {
    name: 'no Origin',
    change: ({ headers: { origin: _, ...headers } = {}, ...ask }) => ({ ...ask, headers }),
    status: 403,
    on: ({ write }) => write,
  },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-patch+json',
  ].map((type) => ({
    name: `a form, ${type}`,
    headers: { 'content-type': type },
    status: 415,
    on: ({ write }: Door) => write,
  })),
  {
    name: 'a body of unknown length',
    change: (ask) => ({
      ...ask,
      body: undefined,
      headers: { ...ask.headers, 'transfer-encoding': 'chunked' },
    }),
    status: 411,
    on: ({ write }) => write,
  },
  {
    name: 'a long body',
    change: (ask) => ({ ...ask, body: ' '.repeat(70_000) }),
    status: 413,
    on: ({ write }) => write,
  },
];

const REFUSED = new Set([403, 405, 411, 413, 415, 421]);

function expectSafeHeaders({ headers }: Answer): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': expect.stringMatching(/^no-store/) as unknown,
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as unknown,
  });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('access-control-allow-origin');
}

describe.each(DOORS)('$name', (door) => {
  it('answers our own page', async () => {
    const answer = await ask(open, own(door, open));
    expect(REFUSED).not.toContain(answer.status);
    if (answer.status === 400) expect(answer.body).toMatch(/"message":"(path|query|body)/);
    expectSafeHeaders(answer);
  });

  it.each(ATTACKS.filter(({ on }) => on?.(door) ?? true))('refuses $name', async (attack) => {
    const asked = own(door, open);
    const changed = attack.change?.(asked) ?? asked;
    const answer = await ask(open, { ...changed, headers: { ...changed.headers, ...attack.headers } });
    expect(answer.status).toBe(attack.status);
    expect(answer.body.length).toBeLessThan(200);
    expectSafeHeaders(answer);
  });
});

/** With the cluster in the URL: pages without it redirect to the current one. */
const shown = (path: string) => `${concrete(path)}?cluster=prod`;

describe('a page', () => {
  it.each(PAGES)('%s opens from a link on another site', async (path) => {
    const answer = await ask(open, { target: concrete(path), headers: navigation('cross-site', 'document') });
    expect(REFUSED).not.toContain(answer.status);
  });

  it.each(PAGES)('%s runs scripts that carry the nonce of this answer only', async (path) => {
    const [first, second] = await Promise.all([
      ask(open, { target: shown(path) }),
      ask(open, { target: shown(path) }),
    ]);
    const nonceOf = ({ headers }: Answer) =>
      /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? 'none';
    const scripts = first.body.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonceOf(first)}"`))).toEqual([]);
    expect(nonceOf(first)).not.toBe(nonceOf(second));
  });

  it('ignores a nonce the client chose', async () => {
    const answer = await ask(open, {
      target: shown('/'),
      headers: {
        'content-security-policy': "script-src 'nonce-chosen'",
        'x-nonce': 'chosen',
        'x-forwarded-host': 'evil.example',
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.body + JSON.stringify(answer.headers)).not.toMatch(/chosen|evil/);
  });
});

describe('paths that belong to nobody', () => {
  it.each([
    '/_next/image?url=%2Ficon.svg&w=64&q=75',
    '/_next/data/x/index.json',
    '/_next/postponed/resume/x',
    '/__nextjs_source-map?filename=x',
  ])('%s', async (target) => {
    const answer = await ask(open, { target });
    expect(answer.status).toBe(404);
    expectSafeHeaders(answer);
  });

  it('a missing API path is an error in the one shape', async () => {
    const answer = await ask(open, { target: '/api/nothing' });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: 'not_found', message: 'There is no such API path.' },
    });
  });

  it('hashed files may be kept, missing ones not', async () => {
    const { body } = await ask(open, { target: shown('/') });
    const script = /src="(\/_next\/static\/[^"]+)"/.exec(body)?.[1] ?? 'no script';
    expect((await ask(open, { target: script })).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await ask(open, { target: '/_next/static/chunks/gone.js' })).headers['cache-control']).toBe(
      'no-store',
    );
  });

  it('a WebSocket is refused', async () => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const answer = await ask(open, {
      target: '/_next/webpack-hmr',
      headers: { ...headers, origin: `http://127.0.0.1:${open.port}` },
    });
    expect(answer.status).toBe(403);
  });
});

describe('read-only', () => {
  it.each(ROUTES.filter(({ access }) => access === 'write').map(({ path }) => path))(
    'refuses POST %s',
    async (path) => {
      const origin = `http://127.0.0.1:${readOnly.port}`;
      const answer = await ask(readOnly, {
        method: 'POST',
        target: concrete(path),
        headers: { origin, 'content-type': 'application/json' },
        body: '{}',
      });
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('read-only');
    },
  );
});
