import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import { isRollingWorkload, type WorkloadRef } from '#lib/model/workload.ts';
import { podLabelOf, REVISION_LABEL } from '#lib/rollout/pod-revision.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import { incidentRow } from '#lib/views/incident-row.ts';
import { incidentView } from '#lib/views/incident-view.ts';
import { log } from '#lib/server/log.ts';
import { type OwnerKey, ownerKey } from './cluster-objects.ts';
import { type FactsSources, incidentFacts, statusesOf } from './facts.ts';
import type { Histories } from './histories.ts';
import type { IncidentEngine } from './incident-engine.ts';
import type { LogTails } from './log-tails.ts';
import { nodesOf } from './node-facts.ts';
import type { PodReferences } from './pod-references.ts';
import type { Recorder } from './recorder.ts';
import { rowText } from './row-text.ts';
import type { RunningImages } from './running-images.ts';
import type { SharedCauseTracker } from './shared-cause-tracker.ts';
import { UnhealthyCounts } from './unhealthy-counts.ts';

/** Logs of more pods than this of one workload are read only when somebody opens them. */
const PODS_WITH_TAILS = 2;
/** Families in which a Secret, ConfigMap or ServiceAccount may be the cause. */
const NEEDS_REFERENCES: ReadonlySet<FailureFamily> = new Set(['image', 'config', 'sandbox', 'crash']);
/** Families in which a volume may be the cause. */
const NEEDS_CLAIMS: ReadonlySet<FailureFamily> = new Set(['scheduling', 'sandbox']);

/** Families that are the fault of the template: a revision that failed so is not offered to return to. */
const NO_WAY_BACK: ReadonlySet<FailureFamily> = new Set(['image', 'config', 'crash']);

export type TriageOptions = Omit<
  FactsSources,
  'runningImages' | 'imagesBesides' | 'pullSecretNamespaces' | 'lastFindings'
> & {
  readonly logTails: Pick<LogTails, 'get' | 'want'>;
  readonly references: Pick<PodReferences, 'get' | 'limitsIn' | 'want' | 'wantClaims' | 'wantLimits'>;
  readonly engine: IncidentEngine;
  readonly histories: Histories;
  readonly recorder: Recorder;
  readonly images: RunningImages;
  readonly shared: Pick<SharedCauseTracker, 'see'>;
};

/** So many owners are looked at between two looks at the clock. */
const OWNERS_AT_ONCE = 4;

const never = () => false;

/**
 * The list of incidents as rows, kept up to date owner by owner. Work is done in steps: `isOver` tells when to stop,
 * and what is left waits for the next step.
 */
export class Triage {
  readonly #options: TriageOptions;
  readonly #rows = new Map<string, IncidentRow>();
  #listed: readonly IncidentRow[] | undefined;
  readonly #unhealthy = new UnhealthyCounts();
  #isJudged = false;
  /** By incident id: what was found while it was open. */
  readonly #findings = new Map<string, IncidentFacts['findings']>();
  /** Owners of which some object changed; the others that wait are looked at because time passed. */
  readonly #seen = new Map<OwnerKey, WorkloadRef>();
  /** Incidents whose row is made again because time passed, the longest waiting first. */
  readonly #aging = new Set<string>();

  constructor(options: TriageOptions) {
    this.#options = options;
  }

  /** By incident id. Rows that did not change keep their identity. */
  rows(): readonly IncidentRow[] {
    return (this.#listed ??= this.#options.engine.incidents.flatMap(({ id }) => this.#rows.get(id) ?? []));
  }

  incident(id: string): Incident | undefined {
    return this.#options.engine.incident(id);
  }

  /** By pod uid: which incident explains it. */
  incidentsByPod(): ReadonlyMap<string, string> {
    return new Map(
      this.#options.engine.incidents.flatMap(({ id, problems, consequences = [] }) =>
        [...consequences, ...problems].flatMap(({ pod }) => (pod ? [[pod.uid, id] as const] : [])),
      ),
    );
  }

  view(incident: Incident, now: number): IncidentView {
    const facts = incidentFacts(incident, this.#sources(), now);
    const nodes = nodesOf(facts, {
      ...this.#options,
      incidents: this.#options.engine.incidents,
      rows: this.rows(),
    });
    return incidentView({ ...facts, nodes });
  }

  /** Owners with an incident in these namespaces: something they share changed. */
  ownersIn(isWanted: (namespace: string) => boolean): readonly WorkloadRef[] {
    return this.#options.engine.ownersIn(isWanted);
  }

  /** Whether owners wait to be looked at. */
  get isDirty(): boolean {
    return this.#options.engine.isDirty;
  }

  /** Whether rows wait to be made again only because time passed. */
  get isAging(): boolean {
    return this.#aging.size > 0;
  }

  markDirty(owners: readonly WorkloadRef[]): void {
    for (const owner of owners) this.#seen.set(ownerKey(owner), owner);
    this.#options.engine.markDirty(owners);
  }

  /** Time passed: verdicts may differ, and what is told of a next attempt. */
  markUnsettled(now: number): void {
    const { engine } = this.#options;
    engine.markUnsettled(now);
    for (const incident of engine.incidents)
      if (incident.recoveredAt === undefined) this.#aging.add(incident.id);
  }

  /** Looks at owners that wait. Returns the ids of incidents whose views may differ. */
  refresh(now: number, isOver: () => boolean = never): readonly string[] {
    const { engine, recorder } = this.#options;
    const announced: string[] = [];
    // One step at least, also when nobody waits: the samples of the overview go on.
    do {
      let looked = 0;
      announced.push(...this.#step(now, () => (looked += 1) >= OWNERS_AT_ONCE));
    } while (engine.isDirty && !isOver());
    // Of a first judgement only the whole counts: a part of it would look like a better moment.
    this.#isJudged ||= !engine.isDirty;
    if (this.#isJudged) recorder.sample(this.#unhealthy.current(), now);
    return announced;
  }

  /** Makes rows again that wait only because time passed. Returns the ids of those that differ. */
  age(now: number, isOver: () => boolean = never): readonly string[] {
    const sources = this.#sources();
    const announced: string[] = [];
    for (const id of this.#aging) {
      this.#aging.delete(id);
      const incident = this.incident(id);
      if (incident && this.#renew(incident, sources, now)) announced.push(id);
      if (isOver()) break;
    }
    return announced;
  }

  #step(now: number, isOver: () => boolean): readonly string[] {
    const { engine, recorder } = this.#options;
    const { opened, recovered, changed, touched, changes } = engine.evaluate(now, isOver);
    for (const change of changes) this.#unhealthy.apply(change);
    recorder.countRecovered(recovered.length);
    for (const key of touched) this.#seeRollout(this.#seen.get(key), now);
    const news = new Set([...opened, ...recovered, ...changed].map(({ id }) => id));
    const sources = this.#sources();
    const announced: string[] = [];
    for (const { before, after } of changes) {
      if (!after) announced.push(...this.#drop(before?.id));
      else if (news.has(after.id) || this.#seen.has(ownerKey(after.owner)) || !this.#rows.has(after.id)) {
        this.#renew(after, sources, now);
        announced.push(after.id);
      }
    }
    for (const key of touched) this.#seen.delete(key);
    return announced;
  }

  /** What was seen of a rollout is recorded whether it fails or not: the next failure asks for the last good revision. */
  #seeRollout(owner: WorkloadRef | undefined, now: number): void {
    if (!owner) return;
    const { histories, objects } = this.#options;
    const records = objects.recordsOf(owner);
    const pods = objects.podsOf(owner);
    for (const workload of records.workloads)
      if (isRollingWorkload(workload)) histories.seeRollout(workload, { ...records, pods, now });
  }

  #drop(id: string | undefined): readonly string[] {
    if (id === undefined) return [];
    this.#findings.delete(id);
    this.#aging.delete(id);
    this.#listed = undefined;
    return this.#rows.delete(id) ? [id] : [];
  }

  /** Makes the row again; true when it differs. */
  #renew(incident: Incident, sources: FactsSources, now: number): boolean {
    const { id } = incident;
    this.#aging.delete(id);
    this.#ask(incident);
    const before = this.#rows.get(id);
    const row = this.#row(incident, sources, now);
    if (!row || rowText(row) === (before && rowText(before))) return false;
    this.#rows.set(id, row);
    this.#listed = undefined;
    return true;
  }

  /** A fault in judging one incident must not take the others from the list; its last row stays. */
  #row(incident: Incident, sources: FactsSources, now: number): IncidentRow | undefined {
    try {
      return this.#freshRow(incident, sources, now);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error('an incident could not be judged', { incident: incident.id, error: message });
      return this.#rows.get(incident.id);
    }
  }

  #freshRow(incident: Incident, sources: FactsSources, now: number): IncidentRow {
    const facts = incidentFacts(incident, sources, now);
    this.#options.shared.see(incident, facts);
    if (incidentState(incident) === 'open') {
      this.#findings.set(incident.id, facts.findings);
      this.#markFailed(incident);
    }
    return incidentRow(facts);
  }

  /** The revisions whose containers cannot start or stay up. */
  #markFailed({ owner, family, problems }: Incident): void {
    if (!NO_WAY_BACK.has(family)) return;
    const { objects, histories } = this.#options;
    const failing = new Set(problems.map(({ pod }) => pod?.uid));
    const { controllerRevisions } = objects.recordsOf(owner);
    for (const pod of objects.podsOf(owner)) {
      if (!failing.has(pod.meta.uid)) continue;
      const label = pod.meta.labels[REVISION_LABEL];
      const revision = controllerRevisions.find((each) => label !== undefined && podLabelOf(each) === label);
      const uid = revision?.meta.uid ?? pod.meta.owner?.uid;
      if (uid !== undefined) histories.markFailed(uid);
    }
  }

  /** What may no longer be looked at is gone from view, and is no recovery. Returns the ids of what was there. */
  forget(isHidden: (namespace: string) => boolean = () => true): readonly string[] {
    const changes = this.#options.engine.forget(isHidden);
    for (const change of changes) this.#unhealthy.apply(change);
    return changes.flatMap(({ before }) => this.#drop(before?.id));
  }

  #sources(): FactsSources {
    const { images } = this.#options;
    return {
      ...this.#options,
      runningImages: () => images.list(),
      imagesBesides: (pod) => images.besides(pod),
      pullSecretNamespaces: () => images.pullSecretNamespaces(),
      lastFindings: ({ id }) => this.#findings.get(id),
    };
  }

  /** Asks for what the next diagnosis of this incident would like to know. */
  #ask(incident: Incident): void {
    if (incidentState(incident) !== 'open') return;
    const { objects, logTails, references } = this.#options;
    const failing = new Map(
      incident.problems.flatMap(({ pod, container }) => (pod ? [[pod.uid, container]] : [])),
    );
    const pods = objects.podsOf(incident.owner).filter(({ meta }) => failing.has(meta.uid));
    for (const pod of pods.slice(0, PODS_WITH_TAILS)) {
      const wanted = failing.get(pod.meta.uid);
      for (const status of statusesOf(pod)) {
        if (wanted === undefined || status.name === wanted) logTails.want(pod, status);
      }
    }
    const [first] = pods;
    if (first && NEEDS_REFERENCES.has(incident.family)) references.want(first);
    if (first && NEEDS_CLAIMS.has(incident.family)) references.wantClaims(first);
    if (incident.family === 'admission') references.wantLimits(incident.owner);
  }
}
