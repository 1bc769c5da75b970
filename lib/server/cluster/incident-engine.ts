import { NEVER } from '#lib/backoff/untimed.ts';
import { workloadNextAttempt } from '#lib/backoff/workload-next-attempt.ts';
import { cronJobLookAgainAt } from '#lib/health/cron-job-verdict.ts';
import { nodeProblem } from '#lib/health/node-problem.ts';
import { refTo } from '#lib/health/owner.ts';
import { ownerProblems } from '#lib/health/owner-problems.ts';
import { severityOf } from '#lib/health/severity.ts';
import type { ProblemGroup } from '#lib/incidents/fold-problems.ts';
import { KEEP_RECOVERED_MS, trackIncidents, type Tracked } from '#lib/incidents/track-incidents.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { Pod } from '#lib/model/pod.ts';
import type { Problem, Severity } from '#lib/model/problem.ts';
import type { Workload, WorkloadRef } from '#lib/model/workload.ts';
import { isConditionTrue } from '#lib/health/condition-of.ts';
import { log } from '#lib/server/log.ts';
import type { ClusterListers, ClusterObjects, OwnerKey } from './cluster-objects.ts';
import { ownerKey } from './cluster-objects.ts';

/** What one step did to one incident; without `after` it left the list. */
export type IncidentChange = { readonly before?: Incident; readonly after?: Incident };

export type Evaluated = Omit<Tracked, 'incidents'> & {
  /** The owners that were looked at. */
  readonly touched: ReadonlySet<OwnerKey>;
  /** Every incident of these owners, before and after, also where both are the same. */
  readonly changes: readonly IncidentChange[];
};

/**
 * Keeps the problems of every owner and its incidents. An owner's incidents follow from the problems told of it and its
 * own incidents before (`trackIncidents` never looks across owners), so only owners that changed are looked at: a
 * changed pod costs its owner, however many others there are. What is told of an owner is not always told by it: the
 * pods of a dead node belong to the node's incident.
 */
export class IncidentEngine {
  readonly #cluster: string;
  readonly #listers: ClusterListers;
  readonly #objects: ClusterObjects;
  readonly #dirty = new Map<OwnerKey, WorkloadRef>();
  /** By the owner whose objects told them. */
  readonly #problems = new Map<OwnerKey, readonly Problem[]>();
  /** By the owner they are told of: who tells. */
  readonly #tellers = new Map<OwnerKey, Set<OwnerKey>>();
  /** Owners whose verdict depends on the time: something is wrong, not ready yet, or between two attempts. */
  readonly #unsettled = new Map<OwnerKey, WorkloadRef>();
  /** CronJobs that are fine, and when the time alone may change that. */
  readonly #due = new Map<OwnerKey, { readonly owner: WorkloadRef; readonly at: number }>();
  readonly #incidents = new Map<string, Incident>();
  readonly #byOwner = new Map<OwnerKey, readonly Incident[]>();
  readonly #recovered = new Map<string, Incident>();
  /** Ids in order, until one comes or goes. */
  #order: readonly string[] | undefined;

  constructor(options: { cluster: string; listers: ClusterListers; objects: ClusterObjects }) {
    this.#cluster = options.cluster;
    this.#listers = options.listers;
    this.#objects = options.objects;
  }

  /** By id, open and recently recovered. */
  get incidents(): readonly Incident[] {
    this.#order ??= [...this.#incidents.keys()].toSorted();
    return this.#order.flatMap((id) => this.#incidents.get(id) ?? []);
  }

  /** Whether owners wait to be looked at. */
  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  incident(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  markDirty(owners: readonly WorkloadRef[]): void {
    for (const owner of owners) this.#dirty.set(ownerKey(owner), owner);
  }

  /** Time passed: grace periods and hysteresis may have ended, and what recovered long ago is forgotten. */
  markUnsettled(now: number): void {
    this.markDirty([...this.#unsettled.values()]);
    for (const { owner, at } of this.#due.values()) if (now >= at) this.markDirty([owner]);
    for (const { owner, recoveredAt = 0 } of this.#recovered.values())
      if (now > recoveredAt + KEEP_RECOVERED_MS) this.markDirty([owner]);
  }

  /** Something else than the owners' own objects changed in these namespaces: how bad their incidents are may differ. */
  ownersIn(isWanted: (namespace: string) => boolean): readonly WorkloadRef[] {
    return [...this.#incidents.values()].flatMap(({ owner }) => (isWanted(owner.namespace) ? [owner] : []));
  }

  /** Forgets what is in these namespaces without calling it a recovery: the pods may no longer be looked at. */
  forget(isHidden: (namespace: string) => boolean = () => true): readonly IncidentChange[] {
    for (const key of this.#problems.keys()) {
      if (isHidden(namespaceOf(key))) this.#tell(key, []);
    }
    for (const [key, { owner }] of this.#due) if (isHidden(owner.namespace)) this.#due.delete(key);
    for (const owners of [this.#unsettled, this.#dirty])
      for (const [key, { namespace }] of owners) if (isHidden(namespace)) owners.delete(key);
    const hidden = [...this.#incidents.values()].filter(({ owner }) => isHidden(owner.namespace));
    for (const { owner } of hidden) this.#put(ownerKey(owner), []);
    // Nodes may be looked at all the same, now without what hidden pods told of them.
    this.markDirty(this.#listers.nodes.list().map(refTo));
    return hidden.map((before) => ({ before }));
  }

  /** Looks at the owners that wait, one at least, until `isOver` says so; the others go on waiting. */
  evaluate(now: number, isOver: () => boolean = () => false): Evaluated {
    const touched = new Set<OwnerKey>();
    const told = new Set<OwnerKey>();
    for (const [key, owner] of this.#dirty) {
      this.#dirty.delete(key);
      touched.add(key);
      for (const each of [key, ...this.#tryOwner(owner, now)]) told.add(each);
      if (isOver()) break;
    }
    return { ...this.#track(told, now), touched };
  }

  /** The next incidents of the owners something was told of. */
  #track(told: ReadonlySet<OwnerKey>, now: number): Omit<Evaluated, 'touched'> {
    const before = [...told].flatMap((key) => this.#byOwner.get(key) ?? []);
    const tracked = trackIncidents(
      before.filter((incident) => !this.#objects.hasMoved(incident)),
      [...told].flatMap((key) => this.#problemsOf(key)),
      {
        cluster: this.#cluster,
        now,
        severityOf: (group) => this.#severity(group),
        isServing: (owner) => this.#isServing(owner),
      },
    );
    const after = Map.groupBy(tracked.incidents, ({ owner }) => ownerKey(owner));
    for (const key of told) this.#put(key, after.get(key) ?? []);
    const known = new Map(before.map((incident) => [incident.id, incident]));
    const listed = new Set(tracked.incidents.map(({ id }) => id));
    const { opened, recovered, changed } = tracked;
    const changes = [
      ...tracked.incidents.map((incident) => ({ before: known.get(incident.id), after: incident })),
      ...before.filter(({ id }) => !listed.has(id)).map((incident) => ({ before: incident })),
    ];
    return { opened, recovered, changed, changes };
  }

  /** The incidents of one owner, in place of those it had. */
  #put(key: OwnerKey, incidents: readonly Incident[]): void {
    const before = this.#byOwner.get(key);
    if (!before && incidents.length === 0) return;
    const ids = new Set(incidents.map(({ id }) => id));
    for (const { id } of before ?? []) {
      this.#recovered.delete(id);
      if (ids.has(id)) continue;
      this.#incidents.delete(id);
      this.#order = undefined;
    }
    if (incidents.length === 0) this.#byOwner.delete(key);
    else this.#byOwner.set(key, incidents);
    for (const incident of incidents) {
      if (!this.#incidents.has(incident.id)) this.#order = undefined;
      this.#incidents.set(incident.id, incident);
      if (incident.recoveredAt !== undefined) this.#recovered.set(incident.id, incident);
      // Held open without a problem: looked at again until it serves, or its pods turn up elsewhere.
      else if (!this.#tellers.has(key)) this.#unsettled.set(key, incident.owner);
    }
  }

  #problemsOf(key: OwnerKey): readonly Problem[] {
    return [...(this.#tellers.get(key) ?? [])].flatMap((teller) =>
      (this.#problems.get(teller) ?? []).filter(({ owner }) => ownerKey(owner) === key),
    );
  }

  /**
   * One object that breaks a rule of ours must not hide the rest; what was known of its owner stays. Returns of whom
   * something else is told than before.
   */
  #tryOwner(owner: WorkloadRef, now: number): readonly OwnerKey[] {
    try {
      return this.#evaluateOwner(owner, now);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error('an owner could not be judged', { owner: ownerKey(owner), error: message });
      return [];
    }
  }

  #evaluateOwner(owner: WorkloadRef, now: number): readonly OwnerKey[] {
    if (owner.kind === 'Node') return this.#evaluateNode(owner, now);
    const owned = this.#objects.owned(owner);
    const knownAt = this.#objects.knownAt(owner, now);
    const problems = ownerProblems({ ...owned, nodeOf: (name) => this.#objects.nodeOf(name), now: knownAt });
    const lookAgainAt = owned.cronJob && cronJobLookAgainAt(owned.cronJob, knownAt);
    if (lookAgainAt === undefined) this.#due.delete(ownerKey(owner));
    else this.#due.set(ownerKey(owner), { owner, at: lookAgainAt });
    return this.#settle(owner, problems, owned.pods.some(isUnsettled));
  }

  #evaluateNode(owner: WorkloadRef, now: number): readonly OwnerKey[] {
    const node = this.#objects.nodeOf(owner.name);
    const problem = node && nodeProblem(node, now, this.#objects.eventsOfNode(node));
    return this.#settle(
      owner,
      problem ? [problem] : [],
      node !== undefined && !isConditionTrue(node, 'Ready'),
    );
  }

  #settle(owner: WorkloadRef, problems: readonly Problem[], isPending: boolean): readonly OwnerKey[] {
    const key = ownerKey(owner);
    if (problems.length > 0 || isPending) this.#unsettled.set(key, owner);
    else this.#unsettled.delete(key);
    return this.#tell(key, problems);
  }

  /** What this owner's objects tell, in place of what they told. */
  #tell(teller: OwnerKey, problems: readonly Problem[]): readonly OwnerKey[] {
    const before = (this.#problems.get(teller) ?? []).map(({ owner }) => ownerKey(owner));
    const after = problems.map(({ owner }) => ownerKey(owner));
    for (const key of before) {
      const tellers = this.#tellers.get(key);
      tellers?.delete(teller);
      if (tellers?.size === 0) this.#tellers.delete(key);
    }
    for (const key of after) this.#tellers.set(key, (this.#tellers.get(key) ?? new Set()).add(teller));
    if (problems.length > 0) this.#problems.set(teller, problems);
    else this.#problems.delete(teller);
    return [...before, ...after];
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

const namespaceOf = (key: OwnerKey): string => key.split('/')[1] ?? '';

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
