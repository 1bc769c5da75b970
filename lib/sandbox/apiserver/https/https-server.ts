import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import type { ZlibOptions } from 'node:zlib';
import { gzip } from 'node:zlib';
import type { ApiServer } from '#lib/sandbox/apiserver/api-server.ts';
import type { Reply } from '#lib/sandbox/apiserver/reply.ts';
import { json } from '#lib/sandbox/apiserver/reply.ts';
import type { User } from '#lib/sandbox/apiserver/request-info.ts';
import type { Impersonation } from '#lib/sandbox/apiserver/access/impersonation.ts';
import { StatusError, badRequest, internalError, unauthorized } from '#lib/sandbox/apiserver/status-error.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import type { Account } from './accounts.ts';
import type { Identity } from './certificate.ts';
import { mediaType, requestBody } from './request-body.ts';
import { serveSession } from './session-socket.ts';

type Options = {
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly accounts: readonly Account[];
  /** 0 for any free port. */
  readonly port: number;
};

export type HttpsServer = { readonly url: string; readonly port: number; close(): Promise<void> };

/** Serves the API on loopback. Rejects when the port is taken. */
export async function startHttpsServer({
  api,
  clock,
  identity,
  accounts,
  port,
}: Options): Promise<HttpsServer> {
  const byToken = new Map(accounts.map(({ token, user }) => [token, user]));
  const server = createServer({ cert: identity.certificate, key: identity.key, minVersion: 'TLSv1.2' });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void respond({ api, clock, byToken, request, response });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    void upgrade({ api, clock, byToken, request, response }, socket as Socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Exchange = {
  readonly api: ApiServer;
  readonly clock: Clock;
  readonly byToken: ReadonlyMap<string, User>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

async function respond(exchange: Exchange): Promise<void> {
  const { response } = exchange;
  try {
    await send(exchange, await reply(exchange));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else await send(exchange, failure(error));
  }
}

/** exec and attach: a websocket when the request is granted, else the refusal as an ordinary answer. */
async function upgrade(exchange: Exchange, socket: Socket, head: Buffer): Promise<void> {
  const { request, response } = exchange;
  const answer = await reply(exchange).catch(failure);
  if (answer.kind === 'session' && request.headers.upgrade?.toLowerCase() === 'websocket') {
    serveSession({ request, socket, head }, answer.open);
    return;
  }
  response.assignSocket(socket);
  response.shouldKeepAlive = false;
  response.once('finish', () => socket.end());
  await send(exchange, answer);
}

function failure(error: unknown): Reply {
  const known = error instanceof StatusError ? error : internalError(String(error));
  return json(known.code, known.status());
}

/** Load balancers ask these without credentials. */
const OPEN_PATHS = new Set(['/healthz', '/livez', '/readyz']);
const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

async function reply({ api, byToken, request }: Exchange): Promise<Reply> {
  const { method = 'GET', url: path = '/', headers } = request;
  const user = userOf(request, byToken);
  return api.handle({
    method,
    path,
    user,
    impersonate: impersonationOf(request),
    body: await requestBody(request),
    contentType: mediaType(headers['content-type']),
    accept: headers.accept ?? 'application/json',
    userAgent: headers['user-agent'] ?? '',
  });
}

function userOf({ headers, url = '/' }: IncomingMessage, byToken: ReadonlyMap<string, User>): User {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : byToken.get(token);
  if (user) return user;
  const path = url.split(/[/?]/)[1];
  if (token === undefined && OPEN_PATHS.has(`/${path}`)) return ANONYMOUS;
  throw unauthorized();
}

function impersonationOf({ headersDistinct: headers }: IncomingMessage): Impersonation | undefined {
  const user = headers['impersonate-user']?.[0];
  if (user === undefined) return undefined;
  const uid = headers['impersonate-uid']?.[0];
  return { user, groups: headers['impersonate-group'] ?? [], ...(uid !== undefined && { uid }) };
}

/** endpoints/handlers/responsewriters/writers.go: smaller answers are not worth it. */
const ZIPPED_FROM_BYTES = 128 * 1024;
const zipped = promisify<Buffer, ZlibOptions, Buffer>(gzip);

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const accepted = String(headers['accept-encoding'] ?? '').split(',');
  return accepted.some((coding) => coding.split(';')[0]?.trim() === 'gzip');
}

async function send(exchange: Exchange, reply: Reply): Promise<void> {
  const { clock, response } = exchange;
  response.setHeader('Audit-Id', randomUUID());
  response.setHeader('Cache-Control', 'no-cache, private');
  response.setHeader('Date', new Date(clock.now()).toUTCString());
  switch (reply.kind) {
    case 'json': {
      const body = Buffer.from(`${JSON.stringify(reply.body)}\n`);
      const isZipped = body.length >= ZIPPED_FROM_BYTES && acceptsGzip(exchange.request);
      response.writeHead(reply.status, {
        'Content-Type': reply.contentType ?? 'application/json',
        ...(isZipped && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
        ...reply.headers,
      });
      response.end(isZipped ? await zipped(body, { level: 1 }) : body);
      return;
    }
    case 'text':
      response.writeHead(reply.status, { 'Content-Type': 'text/plain; charset=utf-8', ...reply.headers });
      response.end(reply.body);
      return;
    case 'watch':
      stream(response, reply.contentType ?? 'application/json', (write, end) =>
        reply.open({ write: (frame) => write(`${JSON.stringify(frame)}\n`), end }),
      );
      return;
    case 'session':
      await send(exchange, failure(badRequest('Upgrade request required')));
      return;
    case 'log':
      stream(response, 'text/plain', (write, end) => reply.open({ write, end }));
  }
}

/** A watcher this far behind is cut off, as the real server's watch cache does with slow ones. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

type Open = (write: (text: string) => void, end: () => void) => () => void;

function stream(response: ServerResponse, contentType: string, open: Open): void {
  response.writeHead(200, { 'Content-Type': contentType });
  // Node keeps headers back until the first byte of the body; kubectl waits for them.
  response.flushHeaders();
  const write = (text: string): void => {
    response.write(text);
    if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
  };
  const cancel = open(write, () => response.end());
  response.once('close', cancel);
}
