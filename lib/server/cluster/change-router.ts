import type { ClusterChanges } from '#lib/kube/cluster-cache.ts';
import type { Change } from '#lib/kube/store.ts';
import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import { refTo } from '#lib/health/owner.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { ClusterListers, ClusterObjects } from './cluster-objects.ts';
import type { Histories } from './histories.ts';
import type { RunningImages } from './running-images.ts';

export type RouterOptions = {
  readonly listers: ClusterListers;
  readonly objects: ClusterObjects;
  readonly histories: Histories;
  readonly images: RunningImages;
  readonly now: () => number;
  readonly onRestarts: (count: number) => void;
};

/** Turns changes of the caches into the owners whose problems may differ, and records what was seen on the way. */
export class ChangeRouter {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  route(batch: ClusterChanges): readonly WorkloadRef[] {
    switch (batch.kind) {
      case 'pods':
        return batch.changes.flatMap((change) => this.#pod(change));
      case 'events':
        return batch.changes.flatMap(({ object }) => this.#event(object));
      case 'nodes':
        return batch.changes.flatMap((change) => this.#node(change));
      case 'replicasets':
      case 'jobs':
        for (const { type, object } of batch.changes) {
          if (type === 'deleted') this.#options.histories.forgetRevision(object.meta.uid);
        }
        return batch.changes.flatMap(({ type, object }) => [
          this.#options.objects.ownerOf(object),
          // Pods that came before their controller, or outlive it, move to another owner.
          ...(type === 'modified' ? [] : this.#reown(object.meta.uid)),
        ]);
      case 'controllerrevisions':
        for (const { type, object } of batch.changes) {
          if (type === 'deleted') this.#options.histories.forgetRevision(object.meta.uid);
        }
        return batch.changes.flatMap(({ object }) => ownerOfRevision(object) ?? []);
      case 'deployments':
      case 'statefulsets':
      case 'daemonsets':
        for (const { type, object } of batch.changes) {
          if (type === 'deleted') this.#options.histories.forgetRollout(object);
        }
        return batch.changes.map(({ object }) => this.#options.objects.ownerOf(object));
      case 'cronjobs':
        return batch.changes.map(({ object }) => this.#options.objects.ownerOf(object));
      case 'services':
      case 'endpointslices':
        // They touch severity and impact only; the runtime looks at incidents of the namespace.
        return [];
    }
  }

  #pod(change: Change<Pod>): readonly WorkloadRef[] {
    const { objects, histories, images, now, onRestarts } = this.#options;
    const pod = change.object;
    images.see(change);
    if (change.type === 'deleted') {
      histories.gone(pod, now());
      return objects.removePod(pod);
    }
    const owners = objects.addPod(pod);
    histories.see(pod, owners.at(-1) ?? objects.ownerOf(pod), now());
    if (change.type === 'modified') onRestarts(restarts(pod) - restarts(change.previous));
    return owners;
  }

  /** What was seen of the pods moves with them. */
  #reown(controllerUid: string): readonly WorkloadRef[] {
    const { listers, objects, histories } = this.#options;
    const owners = objects.reown(controllerUid);
    for (const pod of listers.pods.by('owner', controllerUid)) histories.move(pod, objects.ownerOf(pod));
    return owners;
  }

  #event({ regarding }: KubeEvent): readonly WorkloadRef[] {
    const { listers, objects } = this.#options;
    const { kind, namespace, name } = regarding;
    if (kind === 'Pod') return [objects.ownerOfPodNamed(namespace, name) ?? []].flat();
    if (kind === 'ReplicaSet' || kind === 'Job') {
      const object = listers[kind === 'Job' ? 'jobs' : 'replicasets'].get(namespace, name);
      return object ? [objects.ownerOf(object)] : [];
    }
    if (kind === 'PersistentVolumeClaim') return objects.waitingFor(namespace, name);
    // The kubelet writes the node's name where its uid belongs.
    if (kind === 'Node') return [{ kind, namespace: '', name, uid: regarding.uid }];
    return WITH_EVENTS.has(kind) ? [{ kind, namespace, name, uid: regarding.uid }] : [];
  }

  /** Heartbeats change nodes all the time; only their health and taints touch pods. */
  #node(change: Change<KubeNode>): readonly WorkloadRef[] {
    const { listers, objects } = this.#options;
    if (change.type === 'modified' && verdictOf(change.object) === verdictOf(change.previous)) return [];
    const { name } = change.object.meta;
    // A pod of which no owner is known yet was not routed yet: it marks its owner when it is.
    const owners = listers.pods
      .by('node', name)
      .flatMap(({ meta }) => objects.ownerOfPodNamed(meta.namespace, meta.name) ?? []);
    return [refTo(change.object), ...owners];
  }
}

/** The set it is the history of; what else is kept in such objects is nobody's here. */
function ownerOfRevision({ meta, template }: ControllerRevision): WorkloadRef | undefined {
  const { namespace, owner } = meta;
  return template && owner && { kind: owner.kind, namespace, name: owner.name, uid: owner.uid };
}

const WITH_EVENTS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob']);

const restarts = ({ initStatuses, statuses }: Pod) =>
  [...initStatuses, ...statuses].reduce((sum, { restartCount }) => sum + restartCount, 0);

const verdictOf = ({ meta, conditions, taints, unschedulable }: KubeNode) =>
  JSON.stringify([
    meta.deletedAt,
    conditions.map(({ type, status, reason, message, lastTransitionAt }) => [
      type,
      status,
      reason,
      message,
      lastTransitionAt,
    ]),
    taints,
    unschedulable,
  ]);
