import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCluster } from './cluster-objects.ts';

/**
 * An API server with a cluster in trouble, in a process of its own: LIST in pages and WATCH of every kind the product
 * watches, in JSON. `POST /churn?rate=50` makes so many failing pods change each second, `rate=0` ends it.
 *
 *     node bench/browser/unhealthy-cluster.ts [healthy] [unhealthy] [broken Deployments] [port]
 */
const [healthy = 20_000, unhealthy = 5_000, broken = 1_500, port = 0] = process.argv.slice(2).map(Number);
const cluster = createCluster({ healthy, unhealthy, broken: Math.min(broken, unhealthy) || 0 });
const FIRST_VERSION = 1_000_000;
const BOOKMARK_MS = 10_000;
/** One change in so many mends a Deployment or breaks it again; the others are restarts. */
const TURN_EVERY = 25;
const LOG = ['starting', 'connecting to ledger:5432', 'panic: dial tcp: lookup ledger: no such host'];

let version = FIRST_VERSION;
const watchers = new Map<string, Set<ServerResponse>>();

const say = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
const notFound = (response: ServerResponse) =>
  say(response, 404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bench');
  if (url.pathname === '/churn') {
    churn(Number(url.searchParams.get('rate')));
    return say(response, 200, {});
  }
  if (url.pathname === '/version')
    return say(response, 200, { major: '1', minor: '35', gitVersion: 'v1.35.4' });
  if (url.pathname.endsWith('/log')) {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const at = new Date(Date.now() - 200_000).toISOString();
    return void response.end(LOG.map((line) => `${at} ${line}\n`).join(''));
  }
  const resource = url.pathname.split('/').at(-1) ?? '';
  if (!WATCHED.has(resource)) return notFound(response);
  if (url.searchParams.has('watch')) return watch(resource, response);
  await list(resource, url.searchParams, response);
}

const WATCHED: ReadonlySet<string> = new Set([
  ...Object.keys(cluster.kinds),
  ...['statefulsets', 'daemonsets', 'jobs', 'cronjobs', 'services', 'endpointslices'],
]);

async function list(resource: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const { count = 0, make } = cluster.kinds[resource] ?? {};
  const from = Number(query.get('continue') ?? '0');
  const to = Math.min(count, from + (Number(query.get('limit')) || count));
  const metadata = { resourceVersion: String(version), ...(to < count && { continue: String(to) }) };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(`{"kind":"List","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`);
  for (let index = from; index < to; index++) {
    const text = `${index > from ? ',' : ''}${JSON.stringify(make?.(index, FIRST_VERSION))}`;
    if (!response.write(text)) await once(response, 'drain');
  }
  response.end(']}');
}

function watch(resource: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const readers = watchers.get(resource) ?? new Set();
  watchers.set(resource, readers.add(response));
  response.on('close', () => readers.delete(response));
}

function tell(resource: string, event: object): void {
  const line = `${JSON.stringify(event)}\n`;
  for (const response of watchers.get(resource) ?? []) response.write(line);
}

function modified(resource: string, index: number): void {
  version += 1;
  tell(resource, { type: 'MODIFIED', object: cluster.kinds[resource]?.make(index, version) });
}

setInterval(() => {
  for (const resource of WATCHED) {
    const metadata = { resourceVersion: String(version) };
    tell(resource, { type: 'BOOKMARK', object: { kind: resource, apiVersion: 'v1', metadata } });
  }
}, BOOKMARK_MS).unref();

let timer: NodeJS.Timeout | undefined;
let changes = 0;
function churn(rate: number): void {
  clearInterval(timer);
  if (rate > 0 && unhealthy > 0) timer = setInterval(change, 1000 / rate);
}

function change(): void {
  changes += 1;
  // A stride that meets every number before one comes again.
  const index = (changes * 7_919) % unhealthy;
  if (changes % TURN_EVERY === 0) {
    const deployment = index % broken;
    for (const pod of cluster.turn(deployment)) modified('pods', pod);
    modified('replicasets', deployment);
    modified('deployments', deployment);
    return;
  }
  cluster.restart(index);
  modified('pods', index);
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(port, '127.0.0.1', () => {
  const address = server.address() as AddressInfo;
  if (process.send) process.send(address.port);
  else process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
process.once('disconnect', () => process.exit());
