import { type ScopeMember, scopeMember } from '#lib/diagnosis/scope/scope-member.ts';
import { sharedCauses } from '#lib/diagnosis/scope/shared-causes.ts';
import type { StartedPod } from '#lib/diagnosis/scope/witnesses.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import type { ClusterListers, ClusterObjects } from './cluster-objects.ts';

type Options = {
  readonly cluster: string;
  readonly listers: Pick<ClusterListers, 'pods'>;
  readonly objects: Pick<ClusterObjects, 'ownerOf'>;
};

/** Keeps what each incident touches, and the shared causes that follow. */
export class SharedCauseTracker {
  readonly #options: Options;
  readonly #members = new Map<string, ScopeMember>();
  #causes: readonly SharedCause[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  get causes(): readonly SharedCause[] {
    return this.#causes;
  }

  /** What was found of an incident, whenever it is looked at. */
  see(incident: Incident, { findings: [finding], pods }: Pick<IncidentFacts, 'findings' | 'pods'>): void {
    const { id, recoveredAt } = incident;
    const state = incidentState(incident);
    // Without problems there is nothing left to touch: what it touched while it failed is what counts.
    const known = this.#members.get(id);
    if (state !== 'recovered') this.#members.set(id, scopeMember({ incident, state, finding, pods }));
    else if (known) this.#members.set(id, { ...known, state, pods: 0, ...(recoveredAt && { recoveredAt }) });
  }

  /** `incidents`: all there are now, recovered ones too. */
  update(incidents: readonly Incident[], now: number): void {
    const ids = new Set(incidents.map(({ id }) => id));
    for (const id of this.#members.keys()) if (!ids.has(id)) this.#members.delete(id);
    this.#causes = sharedCauses(this.#causes, [...this.#members.values()], {
      cluster: this.#options.cluster,
      now,
      started: (at) => this.#startedSince(at),
    });
  }

  /** What may no longer be looked at leaves no trace: neither a name, nor a number, nor a memory of what was shared. */
  forget(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#members.delete(id);
    this.#causes = [];
  }

  #startedSince(at: number): readonly StartedPod[] {
    const { listers, objects } = this.#options;
    return listers.pods
      .list()
      .filter(({ meta }) => meta.createdAt >= at && meta.deletedAt === undefined)
      .map((pod) => ({ pod, workload: objects.ownerOf(pod) }));
  }
}
