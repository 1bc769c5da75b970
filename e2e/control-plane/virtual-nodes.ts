import { setTimeout as delay } from 'node:timers/promises';
import { collectionPath } from '#lib/sandbox/client/kinds.ts';
import type { Kind, KindMap, KubeObject } from '#lib/sandbox/client/objects.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { Transport } from '#lib/sandbox/transport.ts';
import { VirtualClock } from '#lib/sandbox/virtual-clock.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { decisive, unsettled, type Snapshot } from './settled.ts';
import { startNodes, type Nodes, type NodesOptions } from './start-nodes.ts';
import type { ControlPlane } from './start.ts';

/** Less than the 40 s after which the node controller gives up nodes whose leases stand still. */
const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 10;

export type VirtualNodes = Nodes & {
  readonly clock: VirtualClock;
  /** From now on the nodes' time is the machine's, and waits for nobody. */
  goLive(): void;
};

/**
 * Nodes whose time is driven by hand on a control plane whose time is real. The nodes' clock stands until the control
 * plane has answered everything they did, so for them it answers at once, however slow the machine is: half an hour
 * passes in seconds, and equal seeds and characters make equal histories, as in the sandbox.
 */
export async function startVirtualNodes(
  controlPlane: ControlPlane,
  { startAt, ...options }: Omit<NodesOptions, 'clock'> & { readonly startAt: number },
): Promise<VirtualNodes> {
  const clock = new VirtualClock(startAt);
  const nodes = await startNodes(controlPlane, { ...options, clock });
  const { cluster } = nodes;
  let settledAt = '';
  let isLive = false;
  const stopFollowing: (() => void)[] = [];
  clock.settleWith(() => cluster.activity.settled());
  clock.settleWith(() => {
    if (isLive || decisive(cached(cluster)) === settledAt) return undefined;
    return settle(cluster, controlPlane.transport).then((at) => void (settledAt = at));
  });
  return {
    ...nodes,
    clock,
    goLive: () => {
      isLive = true;
      stopFollowing.push(clock.goLive(wallClock));
    },
    stop: async () => {
      for (const stop of stopFollowing) stop();
      await nodes.stop();
    },
  };
}

/** Waits until the control plane has nothing to do and the nodes know what it did. @throws Error after half a minute. */
async function settle(cluster: Cluster, transport: Transport): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const missing = unsettled(cached(cluster));
    // Asking costs more than looking: only when what we know already agrees.
    const fresh = missing.length === 0 ? await moment(transport) : undefined;
    const rest = fresh ? [...unsettled(fresh), ...unknownTo(cluster, fresh)] : missing;
    if (fresh && rest.length === 0) return decisive(cached(cluster));
    if (Date.now() > deadline) throw new Error(`The control plane does not settle: ${rest.join('; ')}`);
    await delay(ASK_EVERY_MS);
  }
}

function cached({ informers }: Cluster): Snapshot {
  const { namespaces, serviceAccounts, deployments, replicaSets, pods } = informers;
  return {
    namespaces: namespaces.list(),
    serviceAccounts: serviceAccounts.list(),
    deployments: deployments.list(),
    replicaSets: replicaSets.list(),
    pods: pods.list(),
  };
}

/** Everything at one version: lists are taken until nothing happened in between. Undefined when something did. */
async function moment(transport: Transport): Promise<Snapshot | undefined> {
  const list = async <K extends Kind>(kind: K): Promise<List<KindMap[K]>> => {
    const { status, body } = await transport.request({ method: 'GET', path: collectionPath(kind) });
    if (status !== 200) throw new Error(`Cannot list ${kind}: HTTP ${status}`);
    return body as List<KindMap[K]>; // wire edge
  };
  const [namespaces, serviceAccounts, deployments, replicaSets, pods] = await Promise.all([
    list('Namespace'),
    list('ServiceAccount'),
    list('Deployment'),
    list('ReplicaSet'),
    list('Pod'),
  ]);
  const versions = [namespaces, serviceAccounts, deployments, replicaSets, pods].map(
    ({ metadata }) => metadata.resourceVersion,
  );
  if (new Set(versions).size > 1) return undefined;
  return {
    namespaces: namespaces.items,
    serviceAccounts: serviceAccounts.items,
    deployments: deployments.items,
    replicaSets: replicaSets.items,
    pods: pods.items,
  };
}

type List<T> = { readonly metadata: { readonly resourceVersion: string }; readonly items: readonly T[] };

/** Pods the nodes' caches do not know as they are. */
function unknownTo({ informers }: Cluster, { pods }: Snapshot): readonly string[] {
  const version = (pod: KubeObject | undefined) => pod?.metadata.resourceVersion;
  const stale = pods.filter((pod) => {
    const { namespace, name } = pod.metadata;
    return version(informers.pods.get(namespace, name)) !== version(pod);
  });
  const gone = informers.pods.list().length - pods.length;
  return [
    ...stale.map(({ metadata }) => `the nodes have not seen ${metadata.name}`),
    ...(gone > 0 ? ['the nodes have not seen a pod go'] : []),
  ];
}
