import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AccessPolicy } from './access-policy.ts';
import { StartError } from './cli/start-error.ts';
import { answerRefusal, guard, refusalOf } from './security/guard.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void> | void;

export type HttpServer = {
  readonly port: number;
  /** From now on requests that pass the checks reach the application; before, they are told to wait. */
  serve(application: { handler: Handler; upgrade?: UpgradeHandler }): void;
  /** Stops listening, lets answers finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
};

export type HttpServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly dev: boolean;
  /** Made when the port is known, because the port is part of the exact Host. */
  readonly policyFor: (port: number) => AccessPolicy;
};

/**
 * Binds the port and checks every request before Next sees it. The port is bound first, so that a taken port is told
 * within milliseconds and before a cluster is asked anything.
 * @throws StartError when the port or address cannot be bound.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  let handler: Handler = answerStarting;
  let upgrade: UpgradeHandler | undefined;
  const server = createServer({
    // Slow-header and idle-socket limits; answers themselves may stream for hours.
    headersTimeout: 20_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 32_768,
  });
  const port = await listen(server, options);
  const policy = options.policyFor(port);

  server.on('request', (request, response) => {
    if (!guard(request, response, { policy, dev: options.dev })) return;
    void Promise.resolve(handler(request, response)).catch(() => response.destroy());
  });
  // WebSockets: only Next's development channel for now; the exec terminal will be the second caller.
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refused = upgrade ? refusalOf(request, { policy, dev: options.dev, upgrade: true }) : undefined;
    if (upgrade && !refused)
      void Promise.resolve(upgrade(request, socket, head)).catch(() => socket.destroy());
    else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  server.on('connect', (_request, socket: Duplex) => socket.destroy());

  return {
    port,
    serve(application) {
      handler = application.handler;
      upgrade = application.upgrade;
    },
    close: (graceMs) => close(server, graceMs),
  };
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(bindError(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartError(
        `port ${port} is taken on ${host}; choose another with --port (0 picks a free one)`,
      );
    case 'EACCES':
      return new StartError(`not permitted to listen on port ${port}; choose one above 1023 with --port`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`--host ${host} is not an address of this machine`);
    default:
      return new StartError(`cannot listen on ${host} port ${port}: ${error.code ?? error.message}`);
  }
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('retry-after', '1');
  answerRefusal(response, { status: 503, code: 'unavailable', message: 'Uncrash is starting.' });
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
