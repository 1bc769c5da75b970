import { readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pod } from '#lib/sandbox/client/objects.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { ensureControlPlaneBuilt } from './build.ts';
import { deployWorkloads, play } from './play.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane, type ControlPlane } from './start.ts';

/**
 * Records what a real API server answers, for the project's own tests: the same objects at the same moment as JSON, as
 * protobuf and as the table kubectl prints, and one watch in both encodings. Bytes are kept as they came.
 *
 *     node e2e/control-plane/record.ts
 */
const FOLDER = join(import.meta.dirname, '../../lib/testing/recorded');
const SCENARIOS = ['bad-image', 'bad-redis-args'];
const BROKEN_WITHIN_MS = 300_000;

const PODS = '/api/v1/namespaces/lab30/pods';
const LISTS: Readonly<Record<string, string>> = {
  pods: PODS,
  events: '/api/v1/namespaces/lab30/events',
  services: '/api/v1/namespaces/lab30/services',
  nodes: '/api/v1/nodes',
  deployments: '/apis/apps/v1/namespaces/lab30/deployments',
  replicasets: '/apis/apps/v1/namespaces/lab30/replicasets',
  endpointslices: '/apis/discovery.k8s.io/v1/namespaces/lab30/endpointslices',
};
const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const controlPlane = await startControlPlane(await ensureControlPlaneBuilt({ say }));
try {
  const nodes = await startNodes(controlPlane, { seed: 'recorded', report: () => undefined });
  try {
    await deployWorkloads(nodes.cluster, { scenarios: SCENARIOS, fleet: false });
    const before = await newestVersion(controlPlane);
    await play(nodes.cluster, SCENARIOS);
    await broken(nodes.cluster);
    await record(controlPlane, before);
  } finally {
    await nodes.stop();
  }
} finally {
  await controlPlane.stop();
}

/** Waits for the state each scenario is about, redis past its second restart. */
async function broken({ informers }: Cluster): Promise<void> {
  const isWaiting = (reason: string, restarts: number) => (pod: Pod) =>
    pod.status?.containerStatuses?.some(
      ({ state, restartCount }) => state?.waiting?.reason === reason && restartCount >= restarts,
    ) ?? false;
  const deadline = Date.now() + BROKEN_WITHIN_MS;
  const pods = () => informers.pods.list();
  while (!pods().some(isWaiting('ImagePullBackOff', 0)) || !pods().some(isWaiting('CrashLoopBackOff', 2))) {
    if (Date.now() > deadline) throw new Error('The workloads did not break in time.');
    await delay(500);
  }
}

async function record(from: ControlPlane, before: string): Promise<void> {
  // Folders are another recorder's: record-kubelet.ts.
  for (const entry of await readdir(FOLDER, { withFileTypes: true }))
    if (entry.isFile()) await rm(join(FOLDER, entry.name));
  const write = async (name: string, path: string, accept: string): Promise<void> => {
    const body = await answer(from, path, accept);
    await writeFile(join(FOLDER, name), body);
    say(`${name}: ${body.length} bytes`);
  };
  // Exactly this version, whatever changes while we ask.
  const at = `?resourceVersion=${await newestVersion(from)}&resourceVersionMatch=Exact`;
  for (const [name, path] of Object.entries(LISTS)) {
    await write(`${name}.json`, path + at, JSON_TYPE);
    await write(`${name}.pb`, path + at, PROTOBUF);
  }
  await write('pods.table.json', PODS + at, TABLE);
  const query = `labelSelector=app%3Dlab30-redis&watch=true&allowWatchBookmarks=true&timeoutSeconds=1`;
  const watch = `${PODS}?${query}&resourceVersion=${before}`;
  await Promise.all([
    write('pods.watch.jsonl', watch, JSON_TYPE),
    write('pods.watch.pb', watch, `${PROTOBUF};stream=watch`),
  ]);
}

async function newestVersion(from: ControlPlane): Promise<string> {
  const list = JSON.parse(String(await answer(from, `${PODS}?limit=1`, JSON_TYPE))) as {
    readonly metadata: { readonly resourceVersion: string };
  };
  return list.metadata.resourceVersion;
}

/** The whole body of a GET as administrator. @throws Error for any status but 200. */
async function answer(
  { server, identity: { ca }, accounts }: ControlPlane,
  path: string,
  accept: string,
): Promise<Buffer> {
  const token = accounts.find(({ name }) => name === 'admin')?.token ?? '';
  const headers = { Accept: accept, Authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server), { ca, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks);
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${path}: HTTP ${response.statusCode}: ${body.toString()}`));
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}
