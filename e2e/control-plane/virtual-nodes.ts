import { setTimeout as delay } from 'node:timers/promises';
import { collectionPath } from '#lib/sandbox/client/kinds.ts';
import type { Lister } from '#lib/sandbox/client/informer.ts';
import type { Kind, KubeObject } from '#lib/sandbox/client/objects.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { Transport } from '#lib/sandbox/transport.ts';
import { VirtualClock } from '#lib/sandbox/virtual-clock.ts';
import { decisive, unsettled, type Snapshot } from './settled.ts';
import { startNodes, type Nodes, type NodesOptions } from './start-nodes.ts';
import type { ControlPlane } from './start.ts';

const PATIENCE_MS = 60_000;
const ASK_EVERY_MS = 10;

export type VirtualNodes = Nodes & {
  readonly clock: VirtualClock;
  /** From now on the nodes' time follows `wall`, and waits for nobody. */
  goLive(wall: Clock): void;
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
    goLive: (wall) => {
      isLive = true;
      stopFollowing.push(clock.goLive(wall));
    },
    stop: async () => {
      for (const stop of stopFollowing) stop();
      await nodes.stop();
    },
  };
}

/** Waits until the control plane has nothing to do and the nodes know what it did. @throws Error after a minute. */
async function settle(cluster: Cluster, transport: Transport): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const missing = unsettled(cached(cluster));
    // Asking costs more than looking: only when what we know already agrees.
    const rest = missing.length > 0 ? missing : await unknown(cluster, transport);
    if (rest.length === 0 && unsettled(cached(cluster)).length === 0) return decisive(cached(cluster));
    if (Date.now() > deadline) throw new Error(`The control plane does not settle: ${rest.join('; ')}`);
    await delay(ASK_EVERY_MS);
  }
}

const KINDS = [
  'namespaces',
  'serviceAccounts',
  'deployments',
  'replicaSets',
  'statefulSets',
  'daemonSets',
  'pods',
  'services',
  'endpointSlices',
  'claims',
  'volumes',
] as const satisfies readonly (keyof Snapshot)[];

function cached({ informers }: Cluster): Snapshot {
  const { namespaces, serviceAccounts, deployments, replicaSets, pods, services, endpointSlices } = informers;
  const { statefulSets, daemonSets, claims, volumes } = informers;
  return {
    namespaces: namespaces.list(),
    serviceAccounts: serviceAccounts.list(),
    deployments: deployments.list(),
    replicaSets: replicaSets.list(),
    statefulSets: statefulSets.list(),
    daemonSets: daemonSets.list(),
    pods: pods.list(),
    services: services.list(),
    endpointSlices: endpointSlices.list(),
    claims: claims.list(),
    volumes: volumes.list(),
  };
}

/** Half the bytes: the nodes have the rest already, or it is of another version. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * What the API server has and the nodes' caches do not, one line each; lists of different versions count as one, because
 * something happened between them.
 */
async function unknown({ informers }: Cluster, transport: Transport): Promise<readonly string[]> {
  const versions = new Set<string>();
  const differences = await Promise.all(
    KINDS.map(async (name) => {
      const cache: Lister<KubeObject> & { readonly kind: Kind } = informers[name];
      const path = collectionPath(cache.kind);
      const { status, body } = await transport.request({ method: 'GET', path, accept: METADATA });
      if (status !== 200) throw new Error(`Cannot list ${cache.kind}: HTTP ${status}`);
      const { metadata, items: listed } = body as MetadataList; // wire edge
      const items = listed ?? [];
      versions.add(metadata.resourceVersion);
      return () => [
        ...items.filter(isUnknown(cache)).map((item) => `the nodes have not seen ${item.metadata.name}`),
        ...(cache.list().length > items.length ? [`the nodes have not seen one of ${name} go`] : []),
      ];
    }),
  );
  if (versions.size > 1) return ['something is going on'];
  return differences.flatMap((difference) => difference());
}

type MetadataList = {
  readonly metadata: { readonly resourceVersion: string };
  /** A list of nothing has null here, unlike the list of whole objects. */
  readonly items: readonly KubeObject[] | null;
};

const isUnknown =
  (cache: Lister<KubeObject>) =>
  ({ metadata: { namespace, name, resourceVersion } }: KubeObject): boolean =>
    cache.get(namespace, name)?.metadata.resourceVersion !== resourceVersion;
