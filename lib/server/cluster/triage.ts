import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import type { WorkloadRef } from '#lib/model/workload.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import { incidentRow } from '#lib/views/incident-row.ts';
import { incidentView } from '#lib/views/incident-view.ts';
import { log } from '#lib/server/log.ts';
import { ownerKey } from './cluster-objects.ts';
import {
  type FactsSources,
  incidentFacts,
  pullSecretNamespaces,
  runningImages,
  statusesOf,
} from './facts.ts';
import type { Histories } from './histories.ts';
import type { IncidentEngine } from './incident-engine.ts';
import type { LogTails } from './log-tails.ts';
import type { PodReferences } from './pod-references.ts';
import type { Recorder } from './recorder.ts';
import type { SharedCauseTracker } from './shared-cause-tracker.ts';

/** Logs of more pods than this of one workload are read only when somebody opens them. */
const PODS_WITH_TAILS = 2;
/** Families in which a Secret, ConfigMap or ServiceAccount may be the cause. */
const NEEDS_REFERENCES: ReadonlySet<FailureFamily> = new Set(['image', 'config', 'sandbox', 'crash']);

/** Families that are the fault of the template: a revision that failed so is not offered to return to. */
const NO_WAY_BACK: ReadonlySet<FailureFamily> = new Set(['image', 'config', 'crash']);

export type TriageOptions = Omit<FactsSources, 'runningImages' | 'pullSecretNamespaces' | 'lastFindings'> & {
  readonly logTails: LogTails;
  readonly references: PodReferences;
  readonly engine: IncidentEngine;
  readonly histories: Histories;
  readonly recorder: Recorder;
  readonly shared: Pick<SharedCauseTracker, 'see'>;
};

const isSameRow = (a: IncidentRow | undefined, b: IncidentRow | undefined) =>
  JSON.stringify(a) === JSON.stringify(b);

/** The list of incidents as rows, kept up to date owner by owner. */
export class Triage {
  readonly #options: TriageOptions;
  #rows = new Map<string, IncidentRow>();
  /** By incident id: what was found while it was open. */
  readonly #findings = new Map<string, IncidentFacts['findings']>();

  constructor(options: TriageOptions) {
    this.#options = options;
  }

  rows(): readonly IncidentRow[] {
    return [...this.#rows.values()];
  }

  incident(id: string): Incident | undefined {
    return this.#options.engine.incidents.find((incident) => incident.id === id);
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
    return incidentView(incidentFacts(incident, this.#sources(), now));
  }

  /** Evaluates the owners that changed. Returns the ids of incidents whose views may differ. */
  refresh(now: number, dirty: readonly WorkloadRef[]): readonly string[] {
    const { engine, histories, objects, recorder } = this.#options;
    engine.markDirty(dirty);
    for (const owner of dirty) {
      const { workloads, replicaSets, pods } = objects.owned(owner);
      for (const workload of workloads) {
        if (workload.kind === 'Deployment') histories.seeRollout(workload, { replicaSets, pods, now });
      }
    }
    const { incidents, opened, recovered, changed, touched } = engine.evaluate(now);
    recorder.countRecovered(recovered.length);
    recorder.sample(incidents, now);
    // Owners looked at only because time passed are announced only when their row differs.
    const seen = new Set(dirty.map(ownerKey));
    const news = new Set([...opened, ...recovered, ...changed].map(({ id }) => id));
    const stale = incidents.filter(
      ({ id, owner }) => news.has(id) || !this.#rows.has(id) || touched.has(ownerKey(owner)),
    );
    const sources = this.#sources();
    const next = new Map<string, IncidentRow>();
    const again = new Set(stale);
    for (const incident of incidents) {
      if (again.has(incident)) this.#ask(incident);
      const known = this.#rows.get(incident.id);
      const row = known && !again.has(incident) ? known : this.#row(incident, sources, now);
      if (row) next.set(incident.id, row);
    }
    const removed = [...this.#rows.keys()].filter((id) => !next.has(id));
    for (const id of removed) this.#findings.delete(id);
    const isNews = ({ id, owner }: Incident) =>
      news.has(id) || seen.has(ownerKey(owner)) || !isSameRow(this.#rows.get(id), next.get(id));
    const announced = stale.filter(isNews).map(({ id }) => id);
    this.#rows = next;
    return [...announced, ...removed];
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
    const failing = new Set(problems.map(({ pod }) => pod?.uid));
    for (const { meta } of this.#options.objects.podsOf(owner)) {
      if (failing.has(meta.uid) && meta.owner) this.#options.histories.markFailed(meta.owner.uid);
    }
  }

  markUnsettled(): void {
    this.#options.engine.markUnsettled();
  }

  /** What may no longer be looked at is gone from view, and is no recovery. Returns the ids of what was there. */
  forget(isHidden: (namespace: string) => boolean = () => true): readonly string[] {
    const hidden = [...this.#rows].filter(([, { workload }]) => isHidden(workload.namespace));
    const ids = hidden.map(([id]) => id);
    this.#options.engine.forget(isHidden);
    this.#rows = new Map([...this.#rows].filter(([id]) => !ids.includes(id)));
    for (const id of ids) this.#findings.delete(id);
    return ids;
  }

  /** What all pods say together is the same for all incidents of one pass. */
  #sources(): FactsSources {
    let images: readonly string[] | undefined;
    let pullSecrets: ReturnType<typeof pullSecretNamespaces> | undefined;
    const { listers } = this.#options;
    return {
      ...this.#options,
      runningImages: () => (images ??= runningImages(listers)),
      pullSecretNamespaces: () => (pullSecrets ??= pullSecretNamespaces(listers)),
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
  }
}
