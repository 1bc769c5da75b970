import { NEVER } from '#lib/backoff/untimed.ts';
import { workloadNextAttempt } from '#lib/backoff/workload-next-attempt.ts';
import { nodeProblem } from '#lib/health/node-problem.ts';
import { ownerProblems } from '#lib/health/owner-problems.ts';
import { severityOf } from '#lib/health/severity.ts';
import type { ProblemGroup } from '#lib/incidents/fold-problems.ts';
import { trackIncidents, type Tracked } from '#lib/incidents/track-incidents.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem, Severity } from '#lib/model/problem.ts';
import type { Workload, WorkloadRef } from '#lib/model/workload.ts';
import { isConditionTrue } from '#lib/health/condition-of.ts';
import { log } from '#lib/server/log.ts';
import type { ClusterListers, ClusterObjects, OwnerKey } from './cluster-objects.ts';
import { ownerKey } from './cluster-objects.ts';

/** Keeps the problems of every owner and the list of incidents; re-evaluates only owners that changed. */
export class IncidentEngine {
  readonly #cluster: string;
  readonly #listers: ClusterListers;
  readonly #objects: ClusterObjects;
  readonly #dirty = new Map<OwnerKey, WorkloadRef>();
  readonly #problems = new Map<OwnerKey, readonly Problem[]>();
  /** Owners whose verdict depends on the time: something is wrong, or not ready yet. */
  readonly #unsettled = new Map<OwnerKey, WorkloadRef>();
  #incidents: readonly Incident[] = [];

  constructor(options: { cluster: string; listers: ClusterListers; objects: ClusterObjects }) {
    this.#cluster = options.cluster;
    this.#listers = options.listers;
    this.#objects = options.objects;
  }

  get incidents(): readonly Incident[] {
    return this.#incidents;
  }

  markDirty(owners: readonly WorkloadRef[]): void {
    for (const owner of owners) this.#dirty.set(ownerKey(owner), owner);
  }

  /** Time passed: grace periods and hysteresis may have ended. */
  markUnsettled(): void {
    this.markDirty([...this.#unsettled.values()]);
  }

  /** Forgets what is in these namespaces without calling it a recovery: the pods may no longer be looked at. */
  forget(isHidden: (namespace: string) => boolean = () => true): void {
    for (const [key, [problem]] of this.#problems)
      if (!problem || isHidden(problem.owner.namespace)) this.#problems.delete(key);
    for (const owners of [this.#unsettled, this.#dirty])
      for (const [key, { namespace }] of owners) if (isHidden(namespace)) owners.delete(key);
    this.#incidents = this.#incidents.filter(({ owner }) => !isHidden(owner.namespace));
  }

  /** Returns what happened and the owners that were looked at. */
  evaluate(now: number): Tracked & { readonly touched: ReadonlySet<OwnerKey> } {
    const touched = new Set(this.#dirty.keys());
    for (const owner of this.#dirty.values()) this.#tryOwner(owner, now);
    this.#dirty.clear();
    const problems = [...this.#problems.values()].flat().concat(this.#nodeProblems(now));
    const previous = this.#incidents.filter((incident) => !this.#objects.hasMoved(incident));
    const tracked = trackIncidents(previous, problems, {
      cluster: this.#cluster,
      now,
      severityOf: (group) => this.#severity(group),
      isServing: (owner) => this.#isServing(owner),
    });
    this.#incidents = tracked.incidents;
    return { ...tracked, touched };
  }

  /** One object that breaks a rule of ours must not hide the rest; what was known of its owner stays. */
  #tryOwner(owner: WorkloadRef, now: number): void {
    try {
      this.#evaluateOwner(owner, now);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error('an owner could not be judged', { owner: ownerKey(owner), error: message });
    }
  }

  #evaluateOwner(owner: WorkloadRef, now: number): void {
    const key = ownerKey(owner);
    const owned = this.#objects.owned(owner);
    const problems = ownerProblems({ ...owned, nodeOf: (name) => this.#objects.nodeOf(name), now });
    if (problems.length > 0) this.#problems.set(key, problems);
    else this.#problems.delete(key);
    if (problems.length > 0 || owned.pods.some(isUnsettled)) this.#unsettled.set(key, owner);
    else this.#unsettled.delete(key);
  }

  #nodeProblems(now: number): readonly Problem[] {
    return this.#listers.nodes
      .list()
      .flatMap((node) => nodeProblem(node, now, this.#objects.eventsOfNode(node)) ?? []);
  }

  #severity(group: ProblemGroup): Severity {
    const owned = this.#objects.owned(group.owner);
    const [workload] = owned.workloads;
    return severityOf({
      family: group.family,
      ownerKind: group.owner.kind,
      problems: [...group.problems, ...group.consequences],
      replicas: workload?.replicas ?? podCounts(owned.pods),
      services: this.#objects.servicesOf(owned),
      isFinal: workload !== undefined && workloadNextAttempt(workload) === NEVER,
    });
  }

  /** Has every ready pod it wants, or is gone: gone is what can be looked for and is not there. */
  #isServing(owner: WorkloadRef): boolean {
    const { workloads, pods } = this.#objects.owned(owner);
    if (workloads.length > 0) return workloads.every(isServed);
    if (pods.length === 0) return this.#objects.canSee(owner);
    return pods.every((pod) => isOver(pod) || isConditionTrue(pod, 'Ready'));
  }
}

/** A Job has what it wants when it is done, or as soon as the pods it runs now are ready. */
function isServed(workload: Workload): boolean {
  const { replicas } = workload;
  if (workload.kind !== 'Job') return replicas.ready >= replicas.desired;
  const isFinished = isConditionTrue(workload, 'Complete') || isConditionTrue(workload, 'Failed');
  return isFinished || workload.suspended || (workload.active > 0 && replicas.ready >= workload.active);
}

const isOver = ({ meta, phase }: Pod) =>
  meta.deletedAt !== undefined || phase === 'Succeeded' || phase === 'Failed';

function podCounts(pods: readonly Pod[]): { ready: number; desired: number } | undefined {
  if (pods.length === 0) return undefined;
  return { ready: pods.filter((pod) => isConditionTrue(pod, 'Ready')).length, desired: pods.length };
}

function isUnsettled(pod: Pod): boolean {
  return !isOver(pod) && !isConditionTrue(pod, 'Ready');
}
