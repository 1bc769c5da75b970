import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { type ScopeMember, scopeMember } from '#lib/diagnosis/scope/scope-member.ts';
import { sharedCauses } from '#lib/diagnosis/scope/shared-causes.ts';
import type { StartedPod } from '#lib/diagnosis/scope/witnesses.ts';
import { incidentState } from '#lib/incidents/incident-state.ts';
import type { Incident } from '#lib/model/incident.ts';
import type { SharedCause } from '#lib/model/shared-cause.ts';
import type { IncidentFacts } from '#lib/views/incident-facts.ts';
import { sharedCauseRow } from '#lib/views/shared-cause-row.ts';
import type { ClusterListers, ClusterObjects } from './cluster-objects.ts';

/** Somebody may have become fine, or the last one have been alone for long enough, without any news of an incident. */
const LOOK_AGAIN_MS = 5_000;

type Options = {
  readonly cluster: string;
  readonly listers: Pick<ClusterListers, 'pods'>;
  readonly objects: Pick<ClusterObjects, 'ownerOf' | 'ownerOfPodNamed'>;
  /** After a look that took long, so many times as long is left to everybody else. */
  readonly restFactor?: number;
};

const REST_FACTOR = 4;
/** And no longer than this: a look may have taken long only because the machine had other work. */
const MAX_REST_MS = 2_000;

/** Keeps what each incident touches, and the shared causes that follow from those in the list. */
export class SharedCauseTracker {
  readonly #options: Options;
  readonly #members = new Map<string, ScopeMember>();
  #causes: readonly SharedCause[] = [];
  #rows: readonly SharedCauseRow[] = [];
  #restsUntil = 0;
  /** `undefined` when something has been seen since. */
  #lookedAt: number | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  rows(): readonly SharedCauseRow[] {
    return this.#rows;
  }

  /** What was found of an incident, whenever it is looked at. */
  see(incident: Incident, { findings: [finding], pods }: Pick<IncidentFacts, 'findings' | 'pods'>): void {
    const { id, recoveredAt } = incident;
    const state = incidentState(incident);
    // Without problems there is nothing left to touch: what it touched while it failed is what counts.
    const known = this.#members.get(id);
    if (state !== 'recovered') this.#members.set(id, scopeMember({ incident, state, finding, pods }));
    else if (known)
      this.#members.set(id, {
        ...known,
        state,
        pods: 0,
        ...(recoveredAt === undefined ? {} : { recoveredAt }),
      });
    this.#lookedAt = undefined;
  }

  /**
   * `incidents`: all that may be looked at now, recovered ones too. Of those that are not among them any more nothing
   * is kept, so what may no longer be seen is neither named nor counted. Returns whether the rows differ.
   */
  update(incidents: readonly Incident[], now: number): boolean {
    const startedAt = performance.now();
    // What left the list may be what must not be seen any more: that does not wait.
    if (!this.#dropGone(incidents)) {
      if (this.#lookedAt !== undefined && now - this.#lookedAt < LOOK_AGAIN_MS) return false;
      if (startedAt < this.#restsUntil) return false;
    }
    const differs = this.#look(now);
    this.#lookedAt = now;
    const endedAt = performance.now();
    const restMs = (endedAt - startedAt) * (this.#options.restFactor ?? REST_FACTOR);
    this.#restsUntil = endedAt + Math.min(restMs, MAX_REST_MS);
    return differs;
  }

  #dropGone(incidents: readonly Incident[]): boolean {
    const ids = new Set(incidents.map(({ id }) => id));
    const gone = [...this.#members.keys()].filter((id) => !ids.has(id));
    for (const id of gone) this.#members.delete(id);
    return gone.length > 0;
  }

  #look(now: number): boolean {
    this.#causes = sharedCauses(this.#causes, [...this.#members.values()], {
      cluster: this.#options.cluster,
      now,
      started: (at) => this.#startedSince(at),
    });
    const rows = this.#causes.map(sharedCauseRow);
    if (JSON.stringify(rows) === JSON.stringify(this.#rows)) return false;
    this.#rows = rows;
    return true;
  }

  #startedSince(at: number): readonly StartedPod[] {
    const { listers, objects } = this.#options;
    return listers.pods
      .list()
      .filter(({ meta }) => meta.createdAt >= at && meta.deletedAt === undefined)
      .map((pod) => ({
        pod,
        workload: objects.ownerOfPodNamed(pod.meta.namespace, pod.meta.name) ?? objects.ownerOf(pod),
      }));
  }
}
