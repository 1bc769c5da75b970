import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TLS_FIXTURE as tls } from '#lib/testing/tls-fixture.ts';
import { realClock } from './clock.ts';
import { connectCluster, type ClusterConnection } from './connection.ts';
import type { ClusterConfig, UserConfig } from './context-config.ts';
import { apiPath } from './path.ts';
import { expectOk } from './response.ts';

const dir = mkdtempSync(join(tmpdir(), 'connection-'));
afterAll(() => rmSync(dir, { recursive: true }));

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves on a free loopback port and counts the connections it got. */
async function listen<T extends Server>(
  server: T,
): Promise<{ port: number; sockets: Set<Socket>; opened: () => number }> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket: Socket) => {
    opened++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, sockets, opened: () => opened };
}
const serve = (handler: Handler) => listen(createServer(handler));
const serveTls = (handler: Handler) =>
  listen(
    createTlsServer(
      { cert: tls.serverCert, key: tls.serverKey, ca: tls.ca, requestCert: true, rejectUnauthorized: false },
      handler,
    ),
  );

function open(
  server: string,
  { cluster = {}, user = {} }: { cluster?: Partial<ClusterConfig>; user?: Partial<UserConfig> } = {},
): ClusterConnection {
  const connection = connectCluster(
    {
      context: 'test',
      cluster: { name: 'k', server, insecureTls: false, ...cluster },
      user: { name: 'ana', ...user },
    },
    { clock: realClock, userAgent: 'uncrash/test' },
  );
  cleanups.push(() => connection.close());
  return connection;
}

const pods = apiPath`/api/v1/pods`;
const text = async (connection: ClusterConnection) => (await expectOk(await connection.request(pods))).text();
const data = (pem: string) => ({ data: Buffer.from(pem) });

describe('request', () => {
  it('sends path, query, headers and body as given, behind the prefix of the server', async () => {
    const { port } = await serve((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const { authorization, 'user-agent': agent, 'content-type': type } = request.headers;
        response.end(JSON.stringify([request.method, request.url, authorization, agent, type, body]));
      });
    });
    const connection = open(`http://127.0.0.1:${port}/k8s/clusters/c-1`, { user: { token: 't' } });
    const response = await connection.request(apiPath`/api/v1/namespaces/${'../x?y#z'}/pods`, {
      method: 'PATCH',
      query: { dryRun: 'All', force: undefined },
      headers: { 'content-type': 'application/json-patch+json' },
      body: '[]',
    });
    expect(await response.json()).toEqual([
      'PATCH',
      '/k8s/clusters/c-1/api/v1/namespaces/..%2Fx%3Fy%23z/pods?dryRun=All',
      'Bearer t',
      'uncrash/test',
      'application/json-patch+json',
      '[]',
    ]);
  });

  it('shows the server without credentials', () => {
    expect(open('https://u:pw@api.test:6443/x/').server).toBe('https://api.test:6443/x');
  });

  it('uses basic auth where that is what the kubeconfig has', async () => {
    const { port } = await serve((request, response) => response.end(request.headers.authorization));
    const basic = { username: 'ana', password: 'pä:ss' };
    expect(await text(open(`http://127.0.0.1:${port}`, { user: { basic } }))).toBe(
      `Basic ${Buffer.from('ana:pä:ss').toString('base64')}`,
    );
  });

  it('two hundred requests in a row share a connection or two', async () => {
    const { port, opened } = await serve((_request, response) => response.end('ok'));
    const connection = open(`http://127.0.0.1:${port}`);
    for (let n = 0; n < 200; n++) expect(await text(connection)).toBe('ok');
    // A body's end can be read just before its socket is free again.
    expect(opened()).toBeLessThanOrEqual(2);
  });

  it('does not follow a redirect', async () => {
    let elsewhere = 0;
    const other = await serve((_request, response) => {
      elsewhere++;
      response.end();
    });
    const { port } = await serve((_request, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${other.port}/api` }).end(),
    );
    await expect(text(open(`http://127.0.0.1:${port}`, { user: { token: 't' } }))).rejects.toThrow(
      /redirect \(302\)/,
    );
    expect(elsewhere).toBe(0);
  });

  it('keeps how far the server clock is ahead', async () => {
    const { port } = await serve((_request, response) =>
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString()).end('ok'),
    );
    const connection = open(`http://127.0.0.1:${port}`);
    expect(connection.serverTimeOffsetMs()).toBeUndefined();
    await text(connection);
    expect(Math.abs((connection.serverTimeOffsetMs() ?? 0) - 3_600_000)).toBeLessThan(60_000);
  });

  it('an abort ends a stream on both sides, and is told as the abort it is', async () => {
    let closed: () => void = () => undefined;
    const upstreamClosed = new Promise<void>((resolve) => (closed = resolve));
    const { port } = await serve((_request, response) => {
      response.write('first');
      response.on('close', closed);
    });
    const stop = new AbortController();
    const { body } = await open(`http://127.0.0.1:${port}`).request(pods, { signal: stop.signal });
    const reading = (async () => {
      for await (const _chunk of body) stop.abort(new Error('view closed'));
    })();
    await expect(reading).rejects.toThrow('view closed');
    await upstreamClosed;
  });

  it('leaving the loop closes the upstream', async () => {
    let closed: () => void = () => undefined;
    const upstreamClosed = new Promise<void>((resolve) => (closed = resolve));
    const { port } = await serve((_request, response) => {
      response.write('first');
      response.on('close', closed);
    });
    const { body } = await open(`http://127.0.0.1:${port}`).request(pods);
    for await (const _chunk of body) break;
    await upstreamClosed;
  });

  it('close ends what is open', async () => {
    const { port } = await serve((_request, response) => void response.write('first'));
    const connection = open(`http://127.0.0.1:${port}`);
    const { body } = await connection.request(pods);
    await connection.close();
    const reading = (async () => {
      for await (const _chunk of body);
    })();
    await expect(reading).rejects.toThrow();
  });
});

describe('a connection that breaks before the answer', () => {
  /** Drops the first `drops` requests on the floor. */
  async function dropping(drops: number) {
    const methods: string[] = [];
    const server = await serve((request, response) => {
      methods.push(request.method ?? '');
      if (methods.length <= drops) request.socket.destroy();
      else response.end('ok');
    });
    return { methods, connection: open(`http://127.0.0.1:${server.port}`) };
  }

  it('REL-25: a read is sent once more', async () => {
    const { connection, methods } = await dropping(1);
    expect(await text(connection)).toBe('ok');
    expect(methods).toEqual(['GET', 'GET']);
  });

  it('REL-25: but not a third time', async () => {
    const { connection, methods } = await dropping(5);
    await expect(text(connection)).rejects.toMatchObject({ failure: 'reset' });
    expect(methods).toEqual(['GET', 'GET']);
  });

  it('REL-25: a write is sent once', async () => {
    const { connection, methods } = await dropping(1);
    await expect(connection.request(pods, { method: 'PATCH', body: '[]' })).rejects.toMatchObject({
      failure: 'reset',
    });
    expect(methods).toEqual(['PATCH']);
  });

  it('a server that is not there is told in a sentence', async () => {
    const { port } = await serve(() => undefined);
    await cleanups.pop()?.();
    await expect(text(open(`http://127.0.0.1:${port}`))).rejects.toMatchObject({
      failure: 'refused',
      message: `The API server 127.0.0.1:${port} refuses connections.`,
    });
  });
});

describe('401', () => {
  /** Accepts one token; the accepted one can be changed. */
  async function guarded() {
    const seen: string[] = [];
    const accepted = { token: 'one' };
    const { port } = await serve((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      const known = request.headers.authorization === `Bearer ${accepted.token}`;
      response.writeHead(known ? 200 : 401).end('answer');
    });
    return { seen, accepted, server: `http://127.0.0.1:${port}` };
  }

  it('REL-09: a rotated token file is read again, and the request repeated once', async () => {
    const { seen, accepted, server } = await guarded();
    const tokenFile = join(dir, 'token');
    writeFileSync(tokenFile, 'one');
    const connection = open(server, { user: { tokenFile } });
    await text(connection);
    accepted.token = 'two';
    writeFileSync(tokenFile, 'two');
    expect(await text(connection)).toBe('answer');
    expect(seen).toEqual(['GET Bearer one', 'GET Bearer one', 'GET Bearer two']);
  });

  it('REL-09: a token that stays refused is sent once', async () => {
    const { seen, server } = await guarded();
    await expect(text(open(server, { user: { token: 'wrong' } }))).rejects.toMatchObject({ code: 401 });
    expect(seen).toEqual(['GET Bearer wrong']);
  });
});

describe('TLS', () => {
  const whoami: Handler = (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    response.end(`hello ${String(subject?.CN ?? 'nobody')}`);
  };

  it('presents the client certificate, and the new one on a new connection once it has rotated', async () => {
    const { port, opened } = await serveTls(whoami);
    const cert = join(dir, 'client.crt');
    const key = join(dir, 'client.key');
    writeFileSync(cert, tls.anaCert);
    writeFileSync(key, tls.anaKey);
    let now = 0;
    const connection = connectCluster(
      {
        context: 'c',
        cluster: { name: 'k', server: `https://127.0.0.1:${port}`, ca: data(tls.ca), insecureTls: false },
        user: { name: 'u', certificate: { cert: { file: cert }, key: { file: key } } },
      },
      { clock: { ...realClock, now: () => now } },
    );
    cleanups.push(() => connection.close());
    expect(await text(connection)).toBe('hello ana');
    writeFileSync(cert, tls.bobCert);
    writeFileSync(key, tls.bobKey);
    expect(await text(connection)).toBe('hello ana');
    const before = opened();
    now = 61_000;
    expect(await text(connection)).toBe('hello bob');
    expect(opened()).toBe(before + 1);
  });

  it.each<[string, Partial<ClusterConfig>, RegExp]>([
    ['an authority the kubeconfig does not name', {}, /cannot be trusted.*authority/],
    ['another name', { ca: data(tls.ca), tlsServerName: 'other.test' }, /cannot be trusted.*another name/],
  ])('refuses a server with %s', async (_name, cluster, message) => {
    const { port } = await serveTls(whoami);
    await expect(text(open(`https://127.0.0.1:${port}`, { cluster }))).rejects.toThrow(message);
  });

  it('takes tls-server-name for the name to expect', async () => {
    const { port } = await serveTls(whoami);
    const cluster = { ca: data(tls.ca), tlsServerName: 'api.test' };
    expect(await text(open(`https://127.0.0.1:${port}`, { cluster }))).toBe('hello nobody');
  });

  it('insecure-skip-tls-verify works and is visible', async () => {
    const { port } = await serveTls(whoami);
    const connection = open(`https://127.0.0.1:${port}`, { cluster: { insecureTls: true } });
    expect(await text(connection)).toBe('hello nobody');
    expect(connection.insecureTls).toBe(true);
  });

  it('a TLS client on a plain port is told so', async () => {
    const { port } = await serve(whoami);
    await expect(text(open(`https://127.0.0.1:${port}`))).rejects.toMatchObject({ failure: 'tls' });
  });
});

describe('proxy-url', () => {
  async function proxy(allow: boolean) {
    const targets: string[] = [];
    const server = createServer();
    server.on('connect', (request: IncomingMessage, socket: Socket) => {
      targets.push(request.url ?? '');
      if (!allow) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
      socket.on('close', () => upstream.destroy());
    });
    const { port } = await listen(server);
    return { targets, url: `http://127.0.0.1:${port}` };
  }

  it('tunnels through it, TLS end to end', async () => {
    const { port } = await serveTls((_request, response) => response.end('through'));
    const { targets, url } = await proxy(true);
    const connection = open(`https://127.0.0.1:${port}`, { cluster: { ca: data(tls.ca), proxyUrl: url } });
    expect(await text(connection)).toBe('through');
    expect(targets).toEqual([`127.0.0.1:${port}`]);
  });

  it('REL-22: a proxy that refuses is named as the cause', async () => {
    const { url } = await proxy(false);
    const connection = open('https://127.0.0.1:1', { cluster: { proxyUrl: url } });
    await expect(text(connection)).rejects.toMatchObject({
      failure: 'proxy',
      message: expect.stringContaining('407') as string,
    });
  });
});
