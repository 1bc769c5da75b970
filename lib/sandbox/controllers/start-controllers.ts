import type { Change } from '#lib/sandbox/client/informer.ts';
import type { KubeObject } from '#lib/sandbox/client/objects.ts';
import type { Cluster } from '#lib/sandbox/cluster.ts';
import { addAdopters, addOwner, controllerQueue, keyOf } from './controller-queue.ts';
import { reconcileDeployment } from './deployment/reconcile.ts';
import { reconcileEndpointSlice, SERVICE_LABEL } from './endpoint-slice.ts';
import { reconcileNamespace } from './namespace.ts';
import { startNodeControllers } from './node/start-node-controllers.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { startDisruption, startEndpoints } from './start-disruption.ts';
import { startVolumeControllers } from './volume/start-volume-controllers.ts';
import { startWorkloads } from './start-workloads.ts';

/** Starts what kube-controller-manager runs: one queue per controller, one reconcile pass per key and turn. */
export function startControllers(cluster: Cluster): void {
  startDeployments(cluster);
  startReplicaSets(cluster);
  startWorkloads(cluster);
  startEndpointSlices(cluster);
  startNamespaces(cluster);
  startNodeControllers(cluster);
  startVolumeControllers(cluster);
  startDisruption(cluster);
  startEndpoints(cluster);
}

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
  replicaSets.subscribe((change) => addOwner(queue, 'Deployment', change));
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
  const queue = controllerQueue(cluster, 'replicaset-controller', ([namespace, name]) => {
    const replicaSet = replicaSets.get(namespace, name);
    return replicaSet
      ? reconcileReplicaSet({ replicaSet, pods: pods.list(namespace), now: cluster.clock.now() })
      : undefined;
  });
  replicaSets.subscribe(({ object }) => queue.add(keyOf(object)));
  pods.subscribe((change) => {
    addOwner(queue, 'ReplicaSet', change);
    addAdopters(queue, { list: (namespace) => replicaSets.list(namespace) }, change);
  });
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
