import type {
  Deployment,
  KubeObject,
  Namespace,
  Pod,
  ReplicaSet,
  ServiceAccount,
} from '#lib/sandbox/client/objects.ts';
import { matches } from '#lib/sandbox/client/selector.ts';
import type { EndpointSlice, Service } from '#lib/sandbox/client/service-objects.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '#lib/sandbox/client/storage-objects.ts';
import type { DaemonSet, StatefulSet } from '#lib/sandbox/client/workload-objects.ts';
import { isControlledBy } from '#lib/sandbox/client/write.ts';
import { isBound, isFor } from '#lib/sandbox/storage/match-volume.ts';

/** One moment of a cluster. */
export type Snapshot = {
  readonly namespaces: readonly Namespace[];
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly statefulSets: readonly StatefulSet[];
  readonly daemonSets: readonly DaemonSet[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly claims: readonly PersistentVolumeClaim[];
  readonly volumes: readonly PersistentVolume[];
};

/**
 * What controllers and scheduler still have to do, one line each; nothing when everything derived agrees with what it is
 * derived from. Controllers write their status after what they do, so a status that agrees means work that is done.
 */
export function unsettled(snapshot: Snapshot): readonly string[] {
  const { namespaces, serviceAccounts, deployments, replicaSets, pods } = snapshot;
  const { statefulSets, daemonSets, services, claims, volumes } = snapshot;
  const without = namespaces.filter(
    ({ metadata: { name } }) => !serviceAccounts.some(({ metadata }) => metadata.namespace === name),
  );
  return [
    ...without.map(({ metadata }) => `namespace ${metadata.name} has no service account`),
    ...deployments.flatMap((deployment) => ofDeployment(deployment, replicaSets)),
    ...replicaSets.flatMap((replicaSet) => ofReplicaSet(replicaSet, pods)),
    ...statefulSets.flatMap((set) => ofStatefulSet(set, pods)),
    ...daemonSets.flatMap((set) => ofDaemonSet(set, pods)),
    ...pods.filter(isUndecided).map((pod) => `${nameOf(pod)} is not scheduled`),
    ...services.flatMap((service) => ofService(service, snapshot)),
    ...claims
      .filter((claim) => !isBound(claim) && volumes.some((volume) => isFor(volume, claim)))
      .map((claim) => `claim ${nameOf(claim)} is not bound`),
  ];
}

function ofDeployment(deployment: Deployment, replicaSets: readonly ReplicaSet[]): readonly string[] {
  const { status = {}, metadata } = deployment;
  const name = `deployment ${nameOf(deployment)}`;
  if (status.observedGeneration !== metadata.generation) return [`${name} was not looked at`];
  const own = replicaSets.filter((replicaSet) => isControlledBy(replicaSet, deployment));
  const sum = (field: 'replicas' | 'readyReplicas'): number =>
    own.reduce((total, replicaSet) => total + (replicaSet.status?.[field] ?? 0), 0);
  const differs = (['replicas', 'readyReplicas'] as const).filter(
    (field) => (status[field] ?? 0) !== sum(field),
  );
  return differs.map(
    (field) => `${name}: ${field} is ${status[field] ?? 0}, its ReplicaSets have ${sum(field)}`,
  );
}

function ofReplicaSet(replicaSet: ReplicaSet, pods: readonly Pod[]): readonly string[] {
  const { status = {}, spec, metadata } = replicaSet;
  const name = `replica set ${nameOf(replicaSet)}`;
  if (status.observedGeneration !== metadata.generation) return [`${name} was not looked at`];
  const active = pods.filter((pod) => isControlledBy(pod, replicaSet) && isActive(pod));
  const isRefused = status.conditions?.some(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  const { replicas = 0, readyReplicas = 0 } = status;
  const ready = active.filter(isReady).length;
  return [
    ...(replicas === active.length ? [] : [`${name} counts ${replicas} pods of ${active.length}`]),
    ...(readyReplicas === ready ? [] : [`${name} counts ${readyReplicas} ready pods of ${ready}`]),
    ...(isRefused || replicas === (spec.replicas ?? 1)
      ? []
      : [`${name} has ${replicas} of ${spec.replicas} pods`]),
  ];
}

/** How many pods it should have does not matter: it waits for each of them, and may be refused. */
function ofStatefulSet(set: StatefulSet, pods: readonly Pod[]): readonly string[] {
  const { status = {}, metadata } = set;
  const name = `stateful set ${nameOf(set)}`;
  if (status.observedGeneration !== metadata.generation) return [`${name} was not looked at`];
  const own = pods.filter((pod) => isControlledBy(pod, set));
  const { replicas = 0, readyReplicas = 0 } = status;
  const ready = own.filter(isReady).length;
  return [
    ...(replicas === own.length ? [] : [`${name} counts ${replicas} pods of ${own.length}`]),
    ...(readyReplicas === ready ? [] : [`${name} counts ${readyReplicas} ready pods of ${ready}`]),
  ];
}

/**
 * Counted by node: a pod that is on its way out, or has failed, holds its place; one that is both does not
 * (https://github.com/kubernetes/kubernetes/blob/v1.35.4/pkg/controller/daemon/daemon_controller.go, getNodesToDaemonPods).
 */
function ofDaemonSet(set: DaemonSet, pods: readonly Pod[]): readonly string[] {
  const { status = {}, metadata } = set;
  const name = `daemon set ${nameOf(set)}`;
  if (status.observedGeneration !== metadata.generation) return [`${name} was not looked at`];
  const isLeaving = ({ metadata, status }: Pod): boolean =>
    metadata.deletionTimestamp !== undefined && hasEnded(status?.phase);
  const own = pods.filter((pod) => isControlledBy(pod, set) && !isLeaving(pod));
  const nodesOf = (some: readonly Pod[]): number => new Set(some.map(({ spec }) => spec.nodeName)).size;
  const { currentNumberScheduled = 0, numberReady = 0 } = status;
  const [placed, ready] = [nodesOf(own), nodesOf(own.filter(isReady))];
  return [
    ...(currentNumberScheduled === placed
      ? []
      : [`${name} counts ${currentNumberScheduled} of ${placed} nodes`]),
    ...(numberReady === ready ? [] : [`${name} counts ${numberReady} ready pods of ${ready}`]),
  ];
}

/** Programs that connect to a Service meet what its endpoints say. */
function ofService(service: Service, { pods, endpointSlices }: Snapshot): readonly string[] {
  const { metadata, spec } = service;
  const { selector } = spec;
  if (!selector) return [];
  const behind = pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      matches({ matchLabels: selector }, pod.metadata.labels) &&
      isActive(pod) &&
      isReady(pod),
  );
  const endpoints = endpointSlices
    .filter(
      ({ metadata: { namespace, labels } }) =>
        namespace === metadata.namespace && labels?.[SERVICE_NAME] === metadata.name,
    )
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions.ready);
  return endpoints.length === behind.length
    ? []
    : [`service ${nameOf(service)} has ${endpoints.length} endpoints of ${behind.length}`];
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/** What the decisions of controllers and scheduler depend on: as long as it stays, they have nothing to do. */
export function decisive({ pods, claims, volumes, ...snapshot }: Snapshot): string {
  const { namespaces, deployments, replicaSets, statefulSets, daemonSets, services } = snapshot;
  const sets = [...replicaSets, ...statefulSets, ...daemonSets];
  const generations = [...namespaces, ...deployments, ...sets, ...services, ...volumes].map(
    ({ metadata }) => `${metadata.uid} ${metadata.generation ?? 0}`,
  );
  const states = pods.map((pod) => {
    const { metadata, spec, status } = pod;
    return [metadata.uid, spec.nodeName, status?.phase, isReady(pod), metadata.deletionTimestamp].join(' ');
  });
  const disks = claims.map((claim) => [claim.metadata.uid, isBound(claim)].join(' '));
  return [...generations, ...disks, ...states].join('\n');
}

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

const isActive = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && !hasEnded(status?.phase);

const hasEnded = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

const isUndecided = ({ metadata, spec, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  spec.nodeName === undefined &&
  !status?.conditions?.some(({ type }) => type === 'PodScheduled');
