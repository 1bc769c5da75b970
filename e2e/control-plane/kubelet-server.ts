import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Identity } from '#lib/sandbox/apiserver/https/certificate.ts';
import { logTarget, openLog } from '#lib/sandbox/apiserver/verbs/container-log.ts';
import { logOptions } from '#lib/sandbox/apiserver/verbs/log.ts';
import { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import type { Lister } from '#lib/sandbox/client/informer.ts';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { ContainerLogs } from '#lib/sandbox/logs.ts';

type Options = {
  readonly identity: Identity;
  readonly pods: Pick<Lister<Pod>, 'get'>;
  readonly logs: ContainerLogs;
};

export type KubeletServer = { readonly port: number; close(): Promise<void> };

/** What the API server asks nodes for: `GET /containerLogs/{namespace}/{pod}/{container}`. Anything else is 404. */
export async function startKubeletServer(options: Options): Promise<KubeletServer> {
  const { identity } = options;
  const server = createServer({ cert: identity.certificate, key: identity.key });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    try {
      respond(options, request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else fail(response, error);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The kubelet answers 400 in plain text, which the API server turns into a Status. */
function fail(response: ServerResponse, error: unknown): void {
  response.writeHead(error instanceof StatusError ? error.code : 500, { 'Content-Type': 'text/plain' });
  response.end(error instanceof Error ? error.message : String(error));
}

function respond({ pods, logs }: Options, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
  const [kind, namespace = '', name = '', container = ''] = pathname.slice(1).split('/');
  if (kind !== 'containerLogs') {
    response.writeHead(404).end();
    return;
  }
  const pod = pods.get(namespace, name);
  if (!pod) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`pod "${name}" not found`);
    return;
  }
  const options = logOptions(searchParams, name, Date.now());
  const target = logTarget(pod, container, options.previous);
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  // Node keeps headers back until the first byte of the body; whoever follows a silent log waits for them.
  response.flushHeaders();
  const cancel = openLog(logs, {
    target,
    options,
    sink: { write: (text) => void response.write(text), end: () => response.end() },
  });
  response.once('close', cancel);
}
