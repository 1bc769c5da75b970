import { ApiFailure } from '#lib/sandbox/client/api-client.ts';
import type { Change } from '#lib/sandbox/client/informer.ts';
import type { KubeObject } from '#lib/sandbox/client/objects.ts';
import { WorkQueue } from '#lib/sandbox/client/work-queue.ts';
import type { Write } from '#lib/sandbox/client/write.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import type { EventRecorder } from '#lib/sandbox/events/event-recorder.ts';
import { applyWrites } from './apply-writes.ts';
import { reconcileDeployment } from './deployment/reconcile.ts';
import { reconcileEndpointSlice, SERVICE_LABEL } from './endpoint-slice.ts';
import { reconcileNamespace } from './namespace.ts';
import { startNodeControllers } from './node/start-node-controllers.ts';
import type { Pass } from './pass.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { startDisruption, startEndpoints } from './start-disruption.ts';
import { startVolumeControllers } from './volume/start-volume-controllers.ts';

/** Starts what kube-controller-manager runs: one queue per controller, one reconcile pass per key and turn. */
export function startControllers(cluster: Cluster): void {
  startDeployments(cluster);
  startReplicaSets(cluster);
  startEndpointSlices(cluster);
  startNamespaces(cluster);
  startNodeControllers(cluster);
  startVolumeControllers(cluster);
  startDisruption(cluster);
  startEndpoints(cluster);
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const split = (key: string): [string, string] => {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
};

function startDeployments(cluster: Cluster): void {
  const { deployments, replicaSets, pods } = cluster.informers;
  const queue = controllerQueue(cluster, 'deployment-controller', ([namespace, name]) => {
    const deployment = deployments.get(namespace, name);
    if (!deployment) return undefined;
    return reconcileDeployment({
      deployment,
      replicaSets: replicaSets.list(namespace),
      pods: pods.list(namespace),
      now: cluster.clock.now(),
    });
  });
  deployments.subscribe(({ object }) => queue.add(keyOf(object)));
  replicaSets.subscribe((change) => addOwner(queue, change));
  // Only Recreate waits for Pods themselves; everything else arrives through the ReplicaSet's status.
  pods.subscribe(({ object, deleted }) => {
    if (!deleted) return;
    const waiting = deployments
      .list(object.metadata.namespace)
      .filter(({ spec }) => spec.strategy?.type === 'Recreate');
    for (const deployment of waiting) queue.add(keyOf(deployment));
  });
}

function startReplicaSets(cluster: Cluster): void {
  const { replicaSets, pods } = cluster.informers;
  const recorder = cluster.recorder('replicaset-controller');
  const queue = workQueue(cluster, async (key) => {
    const [namespace, name] = split(key);
    const replicaSet = replicaSets.get(namespace, name);
    if (!replicaSet) return;
    const input = { replicaSet, pods: pods.list(namespace), now: cluster.clock.now() };
    const pass = reconcileReplicaSet(input);
    try {
      await carryOut(cluster, { pass, recorder, queue, key });
    } catch (error) {
      if (!(error instanceof ApiFailure) || !pass.writes.some(({ verb }) => verb === 'create')) throw error;
      const message = `Error creating: ${error.message}`;
      const about = { kind: 'ReplicaSet', object: replicaSet } as const;
      recorder.record({ verb: 'event', about, type: 'Warning', reason: 'FailedCreate', message });
      const current = replicaSets.get(namespace, name) ?? replicaSet;
      const failed = reconcileReplicaSet({
        ...input,
        replicaSet: current,
        pods: pods.list(namespace),
        failure: error.message,
      });
      await applyWrites(failed.writes, { api: cluster.api, recorder });
      throw error; // tried again with back-off
    }
  });
  replicaSets.subscribe(({ object }) => queue.add(keyOf(object)));
  pods.subscribe((change) => addOwner(queue, change));
}

function startEndpointSlices(cluster: Cluster): void {
  const { services, pods, endpointSlices, nodes } = cluster.informers;
  const queue = controllerQueue(cluster, 'endpoint-slice-controller', ([namespace, name]) => {
    const service = services.get(namespace, name);
    if (!service) return undefined;
    return reconcileEndpointSlice({
      service,
      pods: pods.list(namespace),
      slices: endpointSlices.list(namespace),
      nodes: nodes.list(),
    });
  });
  services.subscribe(({ object }) => queue.add(keyOf(object)));
  endpointSlices.subscribe(({ object: { metadata } }) => {
    const service = metadata.labels?.[SERVICE_LABEL];
    if (service) queue.add(`${metadata.namespace ?? ''}/${service}`);
  });
  pods.subscribe(({ object: { metadata } }) => {
    const selecting = services.list(metadata.namespace).filter(({ spec }) => {
      const selector = Object.entries(spec.selector ?? {});
      return selector.length > 0 && selector.every(([key, value]) => metadata.labels?.[key] === value);
    });
    for (const service of selecting) queue.add(keyOf(service));
  });
}

function startNamespaces(cluster: Cluster): void {
  const { namespaces, serviceAccounts, configMaps } = cluster.informers;
  const queue = controllerQueue(cluster, 'namespace-controller', ([, name]) => {
    const namespace = namespaces.get(undefined, name);
    if (!namespace) return undefined;
    return reconcileNamespace({
      namespace,
      serviceAccounts: serviceAccounts.list(name),
      configMaps: configMaps.list(name),
      rootCa: cluster.rootCa,
    });
  });
  namespaces.subscribe(({ object }) => queue.add(keyOf(object)));
  const inNamespace = ({ object }: Change<KubeObject>) => queue.add(`/${object.metadata.namespace ?? ''}`);
  serviceAccounts.subscribe((change) => change.deleted && inNamespace(change));
  configMaps.subscribe((change) => change.deleted && inNamespace(change));
}

function workQueue(cluster: Cluster, process: (key: string) => Promise<void>): WorkQueue {
  const { clock, activity, report } = cluster;
  return new WorkQueue({ clock, activity, report, process });
}

function controllerQueue(
  cluster: Cluster,
  component: string,
  reconcile: (key: [string, string]) => Pass | undefined,
): WorkQueue {
  const recorder = cluster.recorder(component);
  const queue = workQueue(cluster, async (key) => {
    const pass = reconcile(split(key));
    if (pass) await carryOut(cluster, { pass, recorder, queue, key });
  });
  return queue;
}

type Outcome = {
  readonly pass: { readonly writes: readonly Write[]; readonly wakeAfterMs?: number };
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly key: string;
};

async function carryOut(cluster: Cluster, { pass, recorder, queue, key }: Outcome): Promise<void> {
  if (pass.wakeAfterMs !== undefined) queue.addAfter(key, pass.wakeAfterMs);
  await applyWrites(pass.writes, { api: cluster.api, recorder });
}

function addOwner(queue: WorkQueue, { object: { metadata } }: Change<KubeObject>): void {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) queue.add(`${metadata.namespace ?? ''}/${owner.name}`);
}
