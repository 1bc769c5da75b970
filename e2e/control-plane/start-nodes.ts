import { CLUSTER_GRANTS, namespaceGrants } from '#lib/sandbox/apiserver/https/account-roles.ts';
import type { Node } from '#lib/sandbox/client/objects.ts';
import { targetOf } from '#lib/sandbox/client/write.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import { Cluster } from '#lib/sandbox/cluster.ts';
import { Kubelet, type CharacterOf } from '#lib/sandbox/kubelet/kubelet.ts';
import { ContainerLogs } from '#lib/sandbox/logs.ts';
import { Network } from '#lib/sandbox/network.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { startArgoCd } from '#lib/sandbox/scenarios/argo-cd.ts';
import { nodes } from '#lib/sandbox/scenarios/nodes.ts';
import { startScenarioPlayer } from '#lib/sandbox/scenarios/scenario-player.ts';
import { createIfMissing } from '#lib/sandbox/scenarios/upsert.ts';
import { STANDARD_CLASS } from '#lib/sandbox/storage/disk-driver.ts';
import { startDiskDriver } from '#lib/sandbox/storage/start-disk-driver.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { startRealNodes, type RealKubelet, type RealNodes } from './kubelet/start-real-nodes.ts';
import { startKubeletServer } from './kubelet-server.ts';
import type { ControlPlane } from './start.ts';

export type NodesOptions = {
  /** Kubernetes' own kubelet instead of the sandbox's. */
  readonly realKubelet?: RealKubelet;
  readonly seed: string;
  /** The machine's own when absent. */
  readonly clock?: Clock;
  readonly characterOf?: CharacterOf;
  /** Told about errors that are retried anyway. */
  readonly report: (error: unknown) => void;
};

export type Nodes = {
  readonly cluster: Cluster;
  /** Settles with a reason when a node fails for good. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
};

/**
 * Nodes for a real control plane, and nothing of the sandbox's controllers or its scheduler: only what is installed on
 * top, a driver for disks and what stands for Argo CD. The four users get their roles, and scenarios can be played
 * through the sandbox's ConfigMap.
 */
export async function startNodes(
  controlPlane: ControlPlane,
  { seed, clock = wallClock, characterOf, report, realKubelet: program }: NodesOptions,
): Promise<Nodes> {
  const { transport } = controlPlane;
  const cluster = new Cluster({ transport, clock, random: seededRandom(`${seed}/${clock.now()}`), report });
  const network = new Network(cluster);
  const stopped = new AbortController();
  startDiskDriver(cluster);
  startArgoCd(cluster);
  grantRoles(cluster);
  const nodes = program
    ? () => startRealNodes(cluster, { controlPlane, seed, program })
    : await sandboxNodes(cluster, { controlPlane, network, seed, characterOf, signal: stopped.signal });
  await cluster.start(stopped.signal);
  network.start();
  const started = await nodes();
  await createIfMissing(cluster.api, STANDARD_CLASS);
  await startScenarioPlayer(cluster);
  return {
    cluster,
    failed: started.failed,
    stop: async () => {
      stopped.abort();
      await started.stop();
    },
  };
}

type SandboxNodes = Pick<NodesOptions, 'seed' | 'characterOf'> & {
  readonly controlPlane: ControlPlane;
  readonly network: Network;
  readonly signal: AbortSignal;
};

/** The same kubelets, programs and registry as in the sandbox. Answers how to register them, once the caches are full. */
async function sandboxNodes(
  cluster: Cluster,
  { controlPlane, network, seed, characterOf, signal }: SandboxNodes,
): Promise<() => Promise<RealNodes>> {
  const { clock, informers, api, activity } = cluster;
  const logs = new ContainerLogs(clock);
  const { identity } = controlPlane;
  const server = await startKubeletServer({ identity, pods: informers.pods, logs });
  const started = new Set<string>();
  informers.nodes.subscribe(({ object: node, deleted }) => {
    if (deleted || started.has(node.metadata.name)) return;
    started.add(node.metadata.name);
    const index = started.size - 1;
    new Kubelet({ cluster, node, index, logs, network, seed, characterOf }).start(signal);
    activity.track(makeReachable(cluster, node, server.port));
  });
  return async () => {
    for (const node of nodes(clock.now())) await createIfMissing(api, node);
    return { failed: new Promise(() => undefined), stop: () => server.close() };
  };
}

/**
 * All nodes are this process, those that scenarios bring along too: the API server finds their logs at one port on
 * loopback.
 */
async function makeReachable({ api, report }: Cluster, node: Node, port: number): Promise<void> {
  const status = {
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: node.metadata.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const target = targetOf('Node', node);
  await api.apply({ verb: 'merge', target, subresource: 'status', patch: { status } }).catch(report);
}

/** `dev` gets its Role in every namespace, present and future. */
function grantRoles({ api, informers, report }: Cluster): void {
  const grant = (grants: typeof CLUSTER_GRANTS): void => {
    for (const { path, body } of grants) {
      // A namespace is told of again at each relist: 409 is fine, and harmless to report.
      void api.send('POST', path, body).catch(report);
    }
  };
  grant(CLUSTER_GRANTS);
  informers.namespaces.subscribe(({ object, previous, deleted }) => {
    if (!previous && !deleted) grant(namespaceGrants(object.metadata.name));
  });
}
