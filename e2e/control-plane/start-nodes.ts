import { CLUSTER_GRANTS, namespaceGrants } from '#lib/sandbox/apiserver/https/account-roles.ts';
import type { Node } from '#lib/sandbox/client/objects.ts';
import type { Draft } from '#lib/sandbox/client/write.ts';
import type { Clock } from '#lib/sandbox/clock.ts';
import { Cluster } from '#lib/sandbox/cluster.ts';
import { Kubelet, type CharacterOf } from '#lib/sandbox/kubelet/kubelet.ts';
import { ContainerLogs } from '#lib/sandbox/logs.ts';
import { Network } from '#lib/sandbox/network.ts';
import { seededRandom } from '#lib/sandbox/random.ts';
import { nodes } from '#lib/sandbox/scenarios/nodes.ts';
import { startScenarioPlayer } from '#lib/sandbox/scenarios/scenario-player.ts';
import { createIfMissing } from '#lib/sandbox/scenarios/upsert.ts';
import { wallClock } from '#lib/sandbox/wall-clock.ts';
import { startKubeletServer } from './kubelet-server.ts';
import type { ControlPlane } from './start.ts';

export type NodesOptions = {
  readonly seed: string;
  /** The machine's own when absent. */
  readonly clock?: Clock;
  readonly characterOf?: CharacterOf;
  /** Told about errors that are retried anyway. */
  readonly report: (error: unknown) => void;
};

export type Nodes = { readonly cluster: Cluster; stop(): Promise<void> };

/**
 * The sandbox's nodes on a real control plane: the same kubelets, programs and registry, and nothing of its controllers
 * or its scheduler. The four users get their roles, and scenarios can be played through the sandbox's ConfigMap.
 */
export async function startNodes(
  { transport, identity }: ControlPlane,
  { seed, clock = wallClock, characterOf, report }: NodesOptions,
): Promise<Nodes> {
  const cluster = new Cluster({ transport, clock, random: seededRandom(`${seed}/${clock.now()}`), report });
  const logs = new ContainerLogs(clock);
  const network = new Network(cluster);
  const stopped = new AbortController();
  const kubeletServer = await startKubeletServer({ identity, pods: cluster.informers.pods, logs });
  const started = new Set<string>();
  cluster.informers.nodes.subscribe(({ object: node, deleted }) => {
    if (deleted || started.has(node.metadata.name)) return;
    started.add(node.metadata.name);
    const index = started.size - 1;
    new Kubelet({ cluster, node, index, logs, network, seed, characterOf }).start(stopped.signal);
  });
  grantRoles(cluster);
  await cluster.start(stopped.signal);
  network.start();
  for (const node of nodes(clock.now()))
    await createIfMissing(cluster.api, reachable(node, kubeletServer.port));
  await startScenarioPlayer(cluster);
  return {
    cluster,
    stop: async () => {
      stopped.abort();
      await kubeletServer.close();
    },
  };
}

/** All nodes are this process: the API server finds their logs at one port on loopback. */
function reachable(draft: Draft, port: number): Draft {
  const status = draft.status as Node['status'];
  const hostname = { type: 'Hostname', address: draft.metadata.name ?? '' };
  return {
    ...draft,
    status: {
      ...status,
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }, hostname],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    },
  };
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
