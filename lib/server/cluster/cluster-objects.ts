import { ownerOf, refTo } from '#lib/health/owner.ts';
import { claimNamesIn } from '#lib/diagnosis/pod-claims.ts';
import type { KindName } from '#lib/kube/kinds.ts';
import type { Lister } from '#lib/kube/store.ts';
import type { ControllerRevision } from '#lib/model/controller-revision.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { KubeEvent } from '#lib/model/kube-event.ts';
import type { KubeNode } from '#lib/model/node.ts';
import type { OwnerRef } from '#lib/model/object-meta.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { EndpointSlice, Service } from '#lib/model/service.ts';
import {
  type CronJob,
  type DaemonSet,
  type Deployment,
  isRollingWorkload,
  type Job,
  type ReplicaSet,
  type RollingWorkload,
  type StatefulSet,
  type Workload,
  type WorkloadRef,
} from '#lib/model/workload.ts';
import { revisionsOf } from '#lib/rollout/revisions-of.ts';
import type { HistoryGap } from '#lib/model/finding.ts';
import type { KindStates } from './kind-states.ts';
import type { ServiceFacts } from '#lib/views/incident-facts.ts';

/** The caches of a cluster, one lister per watched kind. */
export type ClusterListers = {
  readonly pods: Lister<Pod>;
  readonly events: Lister<KubeEvent>;
  readonly nodes: Lister<KubeNode>;
  readonly deployments: Lister<Deployment>;
  readonly replicasets: Lister<ReplicaSet>;
  readonly statefulsets: Lister<StatefulSet>;
  readonly daemonsets: Lister<DaemonSet>;
  readonly controllerrevisions: Lister<ControllerRevision>;
  readonly jobs: Lister<Job>;
  readonly cronjobs: Lister<CronJob>;
  readonly services: Lister<Service>;
  readonly endpointslices: Lister<EndpointSlice>;
};

/** Everything that belongs to one owner, looked up in the caches. */
export type OwnedObjects = {
  readonly owner: WorkloadRef;
  /** The owner itself; of a CronJob its Jobs. */
  readonly workloads: readonly Workload[];
  readonly cronJob?: CronJob;
  readonly replicaSets: readonly ReplicaSet[];
  /** Of a StatefulSet or DaemonSet. */
  readonly controllerRevisions: readonly ControllerRevision[];
  readonly pods: readonly Pod[];
  readonly events: readonly KubeEvent[];
};

export type OwnerKey = string;
export const ownerKey = ({ kind, namespace, name }: WorkloadRef): OwnerKey => `${kind}/${namespace}/${name}`;

/** Where an owner of this kind would be listed; what is left of a CronJob that may not be read are its Jobs. */
const LISTED_IN: Readonly<Record<string, KindName | undefined>> = {
  Node: 'nodes',
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Job: 'jobs',
  CronJob: 'jobs',
};

const HISTORY_IN: Readonly<Record<string, KindName | undefined>> = {
  Deployment: 'replicasets',
  StatefulSet: 'controllerrevisions',
  DaemonSet: 'controllerrevisions',
};

const podKey = ({ meta }: Pod) => `${meta.namespace}/${meta.name}`;

/**
 * Who owns what, kept up to date pod by pod: a change of one pod costs one pod. Owners are resolved through the
 * caches, so a ReplicaSet that arrives after its pods moves them to its Deployment (`reown`).
 */
export class ClusterObjects {
  readonly #listers: ClusterListers;
  readonly #kinds: Pick<KindStates, 'isListed' | 'isWhole' | 'knownAt'>;
  readonly #pods = new Map<OwnerKey, Set<string>>();
  readonly #ownerOfPod = new Map<string, WorkloadRef>();

  /** What is not told of `kinds` is: all of them are here, and live. */
  constructor(
    listers: ClusterListers,
    kinds: Partial<Pick<KindStates, 'isListed' | 'isWhole' | 'knownAt'>> = {},
  ) {
    this.#listers = listers;
    this.#kinds = {
      isListed: (...kind) => kinds.isListed?.(...kind) ?? true,
      isWhole: (kind) => kinds.isWhole?.(kind) ?? true,
      knownAt: (kind, now) => kinds.knownAt?.(kind, now) ?? now,
    };
  }

  /** Whether not finding this owner means that it does not exist. */
  canSee({ kind, namespace }: WorkloadRef): boolean {
    const listedIn = LISTED_IN[kind];
    return listedIn === undefined || this.#kinds.isListed(listedIn, namespace);
  }

  /** Whether the objects of a kind in a namespace are here: what is not listed may well exist. */
  isListed(kind: KindName, namespace: string): boolean {
    return this.#kinds.isListed(kind, namespace);
  }

  /** Whether no pod is hidden from us: else what is requested on a node is more than we see. */
  seesAllPods(): boolean {
    return this.#kinds.isWhole('pods');
  }

  /** Up to when an owner's objects are known: a start nobody could see must not pass for one that did not happen. */
  knownAt({ kind }: WorkloadRef, now: number): number {
    if (kind !== 'CronJob') return now;
    return Math.min(this.#kinds.knownAt('cronjobs', now), this.#kinds.knownAt('jobs', now));
  }

  /** All failing pods turned out to belong to another owner: the incident is told there, and did not recover. */
  hasMoved({ owner, problems }: Incident): boolean {
    const failing = problems.flatMap(({ pod }) => (pod && owner.kind !== 'Node' ? [pod.name] : []));
    return (
      failing.length > 0 &&
      failing.every((name) => {
        const now = this.ownerOfPodNamed(owner.namespace, name);
        return now !== undefined && ownerKey(now) !== ownerKey(owner);
      })
    );
  }

  /** Records the pod's owner; returns the owners whose problems may differ now. */
  addPod(pod: Pod): readonly WorkloadRef[] {
    const key = podKey(pod);
    const owner = this.ownerOf(pod);
    const before = this.#ownerOfPod.get(key);
    if (before && ownerKey(before) !== ownerKey(owner)) this.#unlink(key, before);
    this.#ownerOfPod.set(key, owner);
    const pods = this.#pods.get(ownerKey(owner)) ?? new Set();
    this.#pods.set(ownerKey(owner), pods.add(key));
    return before && ownerKey(before) !== ownerKey(owner) ? [before, owner] : [owner];
  }

  removePod(pod: Pod): readonly WorkloadRef[] {
    const key = podKey(pod);
    const owner = this.#ownerOfPod.get(key);
    if (!owner) return [];
    this.#unlink(key, owner);
    this.#ownerOfPod.delete(key);
    return [owner];
  }

  /** Resolves the pods of a controller again, after the controller itself came or went. */
  reown(controllerUid: string): readonly WorkloadRef[] {
    return this.#listers.pods.by('owner', controllerUid).flatMap((pod) => this.addPod(pod));
  }

  ownerOf(object: Parameters<typeof ownerOf>[0]): WorkloadRef {
    return ownerOf(object, (ref, namespace) => this.#lookup(ref, namespace)).ref;
  }

  ownerOfPodNamed(namespace: string, name: string): WorkloadRef | undefined {
    return this.#ownerOfPod.get(`${namespace}/${name}`);
  }

  owned(owner: WorkloadRef): OwnedObjects {
    const { events } = this.#listers;
    const cronJob = this.#cronJob(owner);
    const { workloads, replicaSets, controllerRevisions } = this.recordsOf(cronJob ? refTo(cronJob) : owner);
    const pods = this.podsOf(owner);
    const node = owner.kind === 'Node' ? this.nodeOf(owner.name) : undefined;
    const subjects = [...pods, ...workloads, ...replicaSets].map(({ meta }) => meta.uid);
    if (owner.kind === 'CronJob') subjects.push(cronJob?.meta.uid ?? owner.uid);
    const [workload] = workloads;
    return {
      // One that was guessed, or named by an event, has no uid or an old one.
      owner: cronJob ? refTo(cronJob) : workload && owner.kind !== 'CronJob' ? refTo(workload) : owner,
      workloads,
      cronJob,
      replicaSets,
      controllerRevisions,
      pods,
      events: node
        ? this.eventsOfNode(node)
        : [...new Set(subjects)].flatMap((uid) => events.by('regarding', uid)),
    };
  }

  /** The owner itself, and what its controller keeps old templates in. */
  recordsOf(owner: WorkloadRef): Pick<OwnedObjects, 'workloads' | 'replicaSets' | 'controllerRevisions'> {
    const { replicasets, controllerrevisions } = this.#listers;
    const workloads = this.#workloads(owner);
    return {
      workloads,
      replicaSets: workloads.flatMap(({ kind, meta }) =>
        kind === 'Deployment' ? replicasets.by('owner', meta.uid) : [],
      ),
      controllerRevisions: workloads.flatMap(({ kind, meta }) =>
        kind === 'StatefulSet' || kind === 'DaemonSet' ? controllerrevisions.by('owner', meta.uid) : [],
      ),
    };
  }

  /** A workload by its name, when its kind keeps old templates. */
  rolling({
    kind,
    namespace,
    name,
  }: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>): RollingWorkload | undefined {
    const found = this.#named(kind, namespace, name);
    return found && isRollingWorkload(found) ? found : undefined;
  }

  revisionNumber(workload: RollingWorkload): number | undefined {
    const records = this.recordsOf(refTo(workload));
    const revisions = revisionsOf(workload, records, { pods: [], availability: new Map() });
    return revisions.find(({ isCurrent }) => isCurrent)?.number;
  }

  /** What a person has to permit for a workload's history to be read; undefined when it is here. */
  historyGap({ kind, meta }: Workload): HistoryGap | undefined {
    const listedIn = HISTORY_IN[kind];
    if (listedIn === undefined || this.isListed(listedIn, meta.namespace)) return undefined;
    return {
      what: `Earlier revisions of ${meta.name}`,
      permission: `list ${listedIn} in ${meta.namespace}`,
    };
  }

  podsOf(owner: WorkloadRef): readonly Pod[] {
    return [...(this.#pods.get(ownerKey(owner)) ?? [])].flatMap((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return this.#listers.pods.get(namespace, name) ?? [];
    });
  }

  /**
   * Services whose selector matches the owner's pods, with how many of their endpoints are ready. None while their
   * endpoints may not be read: "no ready endpoint" has to be seen.
   */
  servicesOf({ owner, workloads, pods }: OwnedObjects): readonly ServiceFacts[] {
    if (!this.#kinds.isListed('endpointslices', owner.namespace)) return [];
    const labels = workloads[0]?.template.labels ?? pods[0]?.meta.labels;
    if (!labels) return [];
    return this.#listers.services
      .by('namespace', owner.namespace)
      .filter(({ selector }) => selects(selector, labels))
      .map(({ meta }) => {
        const endpoints = this.#listers.endpointslices
          .by('namespace', meta.namespace)
          .filter(({ serviceName }) => serviceName === meta.name)
          .flatMap((slice) => slice.endpoints);
        return {
          name: meta.name,
          ready: endpoints.filter(({ ready }) => ready).length,
          total: endpoints.length,
        };
      });
  }

  /** The kubelet writes the node's name where its uid belongs (pkg/kubelet/kubelet.go, nodeRef). */
  eventsOfNode({ meta }: KubeNode): readonly KubeEvent[] {
    const { events } = this.#listers;
    return [
      ...events.by('regarding', meta.uid),
      ...(meta.uid === meta.name ? [] : events.by('regarding', meta.name)),
    ];
  }

  /** Who had to go for others: the pods are gone, and their events with them from what is looked up by uid. */
  preemptionsIn(namespace: string): readonly KubeEvent[] {
    return this.#listers.events.by('namespace', namespace).filter(({ reason }) => reason === 'Preempted');
  }

  /** What is said of the claims of a pod that waits: who makes volumes speaks to the claim, not to the pod. */
  claimEventsOf(pod: Pod): readonly KubeEvent[] {
    const names = new Set(pod.nodeName === undefined ? claimNamesIn(pod).map(({ name }) => name) : []);
    if (names.size === 0) return [];
    return this.#listers.events
      .by('namespace', pod.meta.namespace)
      .filter(({ regarding: { kind, name } }) => kind === 'PersistentVolumeClaim' && names.has(name));
  }

  /** Owners whose pods wait for a place and mount this claim. */
  waitingFor(namespace: string, claim: string): readonly WorkloadRef[] {
    return this.#listers.pods
      .by('namespace', namespace)
      .filter((pod) => pod.nodeName === undefined && claimNamesIn(pod).some(({ name }) => name === claim))
      .map((pod) => this.ownerOf(pod));
  }

  nodeOf(name: string | undefined): KubeNode | undefined {
    return name === undefined ? undefined : this.#listers.nodes.get('', name);
  }

  #cronJob({ kind, namespace, name }: WorkloadRef): CronJob | undefined {
    return kind === 'CronJob' ? this.#listers.cronjobs.get(namespace, name) : undefined;
  }

  #workloads(owner: WorkloadRef): readonly Workload[] {
    if (owner.kind === 'CronJob') return this.#listers.jobs.by('owner', owner.uid);
    const found = this.#named(owner.kind, owner.namespace, owner.name);
    // A Job of a CronJob is told of there, also when its pods came before it and were its own for a while.
    return found && ownerKey(this.ownerOf(found)) === ownerKey(owner) ? [found] : [];
  }

  #lookup(ref: OwnerRef, namespace: string): Workload | undefined {
    const found = this.#named(ref.kind, namespace, ref.name);
    // Another object under the same name is not the owner: the pod outlived it.
    return found?.meta.uid === ref.uid ? found : undefined;
  }

  #named(kind: string, namespace: string, name: string): Workload | undefined {
    const { deployments, replicasets, statefulsets, daemonsets, jobs } = this.#listers;
    const listers: Readonly<Record<string, Lister<Workload> | undefined>> = {
      Deployment: deployments,
      ReplicaSet: replicasets,
      StatefulSet: statefulsets,
      DaemonSet: daemonsets,
      Job: jobs,
    };
    return listers[kind]?.get(namespace, name);
  }

  #unlink(key: string, owner: WorkloadRef): void {
    const pods = this.#pods.get(ownerKey(owner));
    pods?.delete(key);
    if (pods?.size === 0) this.#pods.delete(ownerKey(owner));
  }
}

function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
