import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KIND_NAMES, KINDS, type KindName } from '#lib/kube/kinds.ts';
import { asWire, asWires, type Wire } from '#lib/kube/to-model/wire.ts';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';

/**
 * An API server with every kind the product watches and enough discovery for kubectl, in a process of its own:
 * `api-server.ts <pods> <broken>`. Pods are recorded ones under other names, the broken ones in a crash loop and each of a
 * workload of its own; the other kinds are empty. `change` counts a restart of one broken pod; its number, the same in no
 * other change, is the restart count, so that every reader can say when it saw which.
 */
const [pods = '1000', broken = '50'] = process.argv.slice(2);
const BOOKMARK_MS = 20_000;
const KIND_OF: Readonly<Record<KindName, string>> = {
  pods: 'Pod',
  events: 'Event',
  nodes: 'Node',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  statefulsets: 'StatefulSet',
  daemonsets: 'DaemonSet',
  controllerrevisions: 'ControllerRevision',
  jobs: 'Job',
  cronjobs: 'CronJob',
  services: 'Service',
  endpointslices: 'EndpointSlice',
};

const [template = {}] = asWires(asWire(JSON.parse(recordedBytes('pods.json').toString()))['items']);
let version = 1_000_000;
/** When change n left, by its number (monotonic us of the machine). */
const sentAtUs: Record<number, number> = {};

function pod(index: number, restartCount: number): Wire {
  const metadata = asWire(template['metadata']);
  const status = asWire(template['status']);
  const workload = index < Number(broken) ? `app-${index}` : 'steady';
  const [owner = {}] = asWires(metadata['ownerReferences']);
  const [container = {}] = asWires(status['containerStatuses']);
  const running = {
    ready: true,
    started: true,
    state: { running: { startedAt: metadata['creationTimestamp'] } },
  };
  const isBroken = index < Number(broken);
  const conditions = asWires(status['conditions']).map(({ type, status: is, ...rest }) =>
    isBroken ? { type, status: is, ...rest } : { type, status: 'True' },
  );
  return {
    metadata: {
      ...metadata,
      name: `${workload}-5bf7d644df-${index}`,
      uid: `1112310f-4f8f-4d27-875d-${String(index).padStart(12, '0')}`,
      resourceVersion: String(++version),
      ownerReferences: [
        { ...owner, name: `${workload}-5bf7d644df`, uid: `d3856821-045d-435f-afa0-${workload}` },
      ],
    },
    spec: template['spec'],
    status: {
      ...status,
      conditions,
      containerStatuses: [
        { ...container, ...(isBroken ? {} : running), restartCount: isBroken ? restartCount : 0 },
      ],
    },
  };
}
const restarts = Array.from({ length: Number(pods) }, () => 1);

const collections = new Map<string, KindName>(
  KIND_NAMES.map((name) => [KINDS[name].path().toString(), name]),
);
const watches = new Map<ServerResponse, KindName>();
const apiVersionOf = (path: string) =>
  path.startsWith('/apis/') ? path.split('/').slice(2, 4).join('/') : 'v1';

function list(name: KindName, path: string): object {
  const items = name === 'pods' ? restarts.map((count, index) => pod(index, count)) : [];
  const metadata = { resourceVersion: String(version) };
  return { kind: `${KIND_OF[name]}List`, apiVersion: apiVersionOf(path), metadata, items };
}

/** A list as a watch: https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists */
function writeInitialEvents(response: ServerResponse, name: KindName, path: string): void {
  const kind = { kind: KIND_OF[name], apiVersion: apiVersionOf(path) };
  const write = (type: string, object: object) =>
    void response.write(`${JSON.stringify({ type, object: { ...kind, ...object } })}\n`);
  if (name === 'pods') restarts.forEach((count, index) => write('ADDED', pod(index, count)));
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  write('BOOKMARK', { metadata: { resourceVersion: String(version), annotations } });
}

function discovery(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [] };
  if (path !== '/api/v1') return undefined;
  const verbs = ['get', 'list', 'watch'];
  const pods = {
    name: 'pods',
    singularName: 'pod',
    namespaced: true,
    kind: 'Pod',
    verbs,
    shortNames: ['po'],
  };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'v1', resources: [pods] };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
  const name = collections.get(pathname);
  response.setHeader('content-type', 'application/json');
  if (name && ['true', '1'].includes(searchParams.get('watch') ?? '')) {
    response.flushHeaders();
    if (searchParams.get('sendInitialEvents') === 'true') writeInitialEvents(response, name, pathname);
    watches.set(response, name);
    response.on('close', () => watches.delete(response));
    return;
  }
  const found = name ? list(name, pathname) : discovery(pathname);
  if (!found) response.statusCode = 404;
  response.end(
    JSON.stringify(
      found ?? {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'NotFound',
        code: 404,
        message: 'absent',
      },
    ),
  );
}

let changes = 1_000;
function change(): void {
  const index = Math.floor(Math.random() * Number(broken));
  changes += 1;
  restarts[index] = changes;
  const object = { kind: 'Pod', apiVersion: 'v1', ...pod(index, changes) };
  const line = Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  sentAtUs[changes] = Number(process.hrtime.bigint() / 1_000n);
  for (const [response, kind] of watches) if (kind === 'pods') response.write(line);
}

setInterval(() => {
  for (const [response, name] of watches) {
    const metadata = { resourceVersion: String(version) };
    const object = { kind: KIND_OF[name], apiVersion: apiVersionOf(KINDS[name].path().toString()), metadata };
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }
}, BOOKMARK_MS).unref();

const server = createServer(answer);
process.on('message', (command: string) => {
  if (command === 'change') change();
  else process.send?.({ ...sentAtUs });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
