import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccountName } from '#lib/sandbox/apiserver/https/accounts.ts';
import type { ActionSpec } from '#lib/contract/shared.ts';
import { ActionPreview, ActionReceipt, type ActionTarget, ReceiptsResponse } from '#lib/contract/actions.ts';
import { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { IncidentViewSchema } from '#lib/contract/incident-view.ts';
import type { KindState } from '#lib/contract/cluster.ts';
import { ReadyzResponse } from '#lib/contract/health.ts';
import { startApp } from '../processes.ts';
import { ensureControlPlaneBuilt } from './build.ts';
import { CLUSTER_NAME, contextOf } from './context-of.ts';
import { startNodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';

export type ClusterUnderTest = Awaited<ReturnType<typeof startClusterUnderTest>>;

/** The product on a real control plane with the sandbox's nodes. */
export async function startClusterUnderTest() {
  const binaries = await ensureControlPlaneBuilt({ say: (line) => void process.stderr.write(`${line}\n`) });
  const controlPlane = await startControlPlane(binaries);
  const nodes = await startNodes(controlPlane, { seed: 'cluster-test', report: () => undefined });
  const app = await startApp(['--kubeconfig', controlPlane.kubeconfig]);
  const cache = join(controlPlane.kubeconfig, '..', 'kubectl-cache');
  return {
    controlPlane,
    cluster: nodes.cluster,
    product: productAt(app.url),
    /** What kubectl prints. @throws when it fails, with its message. */
    kubectl: async (command: string): Promise<string> => {
      const settings = [`--kubeconfig=${controlPlane.kubeconfig}`, `--cache-dir=${cache}`];
      return (await promisify(execFile)(binaries.kubectl, [...settings, ...command.split(' ')])).stdout;
    },
    stop: async (): Promise<void> => {
      await app.stop();
      await nodes.stop();
      await controlPlane.stop();
    },
  };
}

/** Everything the product watches. */
const KINDS = [
  'pods',
  'events',
  'nodes',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'jobs',
  'cronjobs',
  'services',
  'endpointslices',
];

/** The product's HTTP API, as its pages use it; `user` chooses the context of the cluster. */
export function productAt(url: string, cluster = CLUSTER_NAME) {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(new URL(path, url), {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json', origin: url },
    });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}: ${await answer.text()}`);
    return answer.headers.get('content-type')?.includes('json') ? answer.json() : answer.text();
  };
  const at = (path: string, user: AccountName): string => `${path}?cluster=${contextOf(user, cluster)}`;
  const preview = async (target: ActionTarget, action: ActionSpec, user: AccountName = 'admin') =>
    ActionPreview.parse(await ask(at('/api/actions/preview', user), { target, action }));
  return {
    incidents: async (user: AccountName = 'admin') =>
      IncidentsResponse.parse(await ask(at('/api/incidents', user))).incidents,
    incident: async (id: string) => IncidentViewSchema.parse(await ask(at(`/api/incidents/${id}`, 'admin'))),
    preview,
    execute: async (target: ActionTarget, action: ActionSpec) => {
      const { precondition } = await preview(target, action);
      const request = { intentId: crypto.randomUUID(), target, action, precondition, reason: 'tested' };
      return ActionReceipt.parse(await ask(at('/api/actions', 'admin'), request));
    },
    receipts: async () => ReceiptsResponse.parse(await ask(at('/api/actions', 'admin'))).receipts,
    /** What the product says of its connection as that user. */
    ready: async (user: AccountName) =>
      ReadyzResponse.parse(await ask('/api/readyz')).clusters.find(
        ({ name }) => name === contextOf(user, cluster),
      ),
    kindsIn: (state: KindState['state']) => KINDS.map((kind) => ({ kind, state })),
    log: async ({ namespace, name }: { namespace: string; name: string }, container: string) =>
      ask(`${at(`/api/pods/${namespace}/${name}/logs`, 'admin')}&container=${container}&tail=50`),
  };
}
