import { setTimeout as delay } from 'node:timers/promises';
import { collectionPath, objectPath } from '#lib/sandbox/client/kinds.ts';
import { accessTo, type Stage, type StagedCluster } from '../stage.ts';
import { ensureControlPlaneBuilt } from './build.ts';
import { contextOf } from './context-of.ts';
import { deployWorkloads, play } from './play.ts';
import { startNodes, type Nodes } from './start-nodes.ts';
import { startControlPlane } from './start.ts';

const EMPTY_WITHIN_MS = 120_000;

/** One real control plane for all tests, which take turns; each begins with an empty cluster. */
export async function controlPlaneStage(): Promise<Stage> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const controlPlane = await startControlPlane(await ensureControlPlaneBuilt({ say }));
  const nodes = await startNodes(controlPlane, { seed: 'stage', report: () => undefined });
  const startCluster = async (scenarios: string): Promise<StagedCluster> => {
    const asked = scenarios.split(',').filter((id) => id !== '' && id !== 'healthy');
    await emptyCluster(nodes);
    await deployWorkloads(nodes.cluster, { scenarios: asked, fleet: false });
    await play(nodes.cluster, asked);
    return {
      ...accessTo({ kubeconfig: controlPlane.kubeconfig, contextOf }),
      down: () => controlPlane.stopApiServer(),
      up: () => controlPlane.startApiServer(),
      // The next test empties it: what this one left can be looked at when it was the last.
      stop: async () => undefined,
    };
  };
  return {
    name: 'control-plane',
    hasRegistry: true,
    startCluster,
    startApp: async (scenarios, flags) => (await startCluster(scenarios)).startApp({ flags }),
    stop: async () => {
      await nodes.stop();
      await controlPlane.stop();
    },
  };
}

const WITHOUT_GRACE = {
  kind: 'DeleteOptions',
  apiVersion: 'v1',
  gracePeriodSeconds: 0,
  propagationPolicy: 'Background',
};

/** Deletes every namespace that is not the system's, and waits until they are gone with all that was in them. */
async function emptyCluster({ cluster }: Nodes): Promise<void> {
  const { api, informers } = cluster;
  const deadline = Date.now() + EMPTY_WITHIN_MS;
  const until = async (what: string, isDone: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isDone())) {
      if (Date.now() > deadline) throw new Error(`The cluster cannot be emptied: ${what}.`);
      await delay(200);
    }
  };
  const ours = await namespacesOf(cluster);
  // Pods first and at once: a namespace that finds some waits for half of their grace period before it looks again.
  for (const namespace of ours) {
    for (const kind of ['Deployment', 'ReplicaSet'] as const)
      await api.send('DELETE', collectionPath(kind, namespace), WITHOUT_GRACE);
    await until(`pods stay in ${namespace}`, async () => {
      await api.send('DELETE', collectionPath('Pod', namespace), WITHOUT_GRACE);
      return informers.pods.list(namespace).length === 0;
    });
  }
  for (const name of ours) await api.send('DELETE', objectPath({ kind: 'Namespace', name }));
  await until('namespaces stay', async () => (await namespacesOf(cluster)).length === 0);
  // The caches of the nodes hear of it a moment later.
  await until('it is not heard of', () =>
    informers.namespaces.list().every(({ metadata }) => !isOurs(metadata.name)),
  );
}

const isOurs = (name: string): boolean => name !== 'default' && !name.startsWith('kube-');

async function namespacesOf({ api }: Nodes['cluster']): Promise<readonly string[]> {
  const answer: unknown = await api.send('GET', collectionPath('Namespace'));
  const { items } = answer as { items: readonly { metadata: { name: string } }[] }; // wire edge
  return items.map(({ metadata }) => metadata.name).filter(isOurs);
}
