import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { Hub } from '#lib/live/hub.ts';
import type { ChangedKeys } from './changed-keys.ts';
import type { IncidentEngine } from './incident-engine.ts';
import type { SharedCauseTracker } from './shared-cause-tracker.ts';
import type { Triage } from './triage.ts';

/** The judgement of a cluster before is shown while a new one takes longer than this, as far as it got (ms). */
const SHOW_EVERY_MS = 250;

export type ShownListOptions = {
  readonly hub: Pick<Hub<IncidentRow>, 'set' | 'broadcast'>;
  readonly changed: Pick<ChangedKeys, 'add'>;
  readonly triage: Pick<Triage, 'rows'>;
  readonly engine: Pick<IncidentEngine, 'incidents'>;
  readonly shared: Pick<SharedCauseTracker, 'update' | 'rows'>;
  /** The cluster's time, and up to when its pods are known (epoch ms). */
  readonly now: () => number;
  readonly knownAt: () => number;
  /** A clock that never jumps (ms). */
  readonly elapsed: () => number;
};

/** The list of incidents on its way to its readers, who are also told which incidents to ask for again. */
export class ShownList {
  readonly #options: ShownListOptions;
  /** Incidents whose views may differ and were not announced yet. */
  readonly #touched = new Set<string>();
  #shownAt = -Infinity;
  #isWanted = false;

  constructor(options: ShownListOptions) {
    this.#options = options;
  }

  touch(ids: readonly string[]): void {
    for (const id of ids) this.#touched.add(id);
  }

  /** It is time to show the list, as soon as `show` is called. */
  want(): void {
    this.#isWanted = true;
  }

  /** The same where the judgement goes on: not more often than a reader can follow. */
  wantMeanwhile(): void {
    if (this.#options.elapsed() - this.#shownAt >= SHOW_EVERY_MS) this.#isWanted = true;
  }

  /** Shows the list if that is wanted. */
  show(): void {
    if (!this.#isWanted) return;
    this.#isWanted = false;
    const { hub, changed, triage, engine, shared, now, knownAt, elapsed } = this.#options;
    this.#shownAt = elapsed();
    hub.set(triage.rows());
    if (shared.update(engine.incidents, knownAt()))
      hub.broadcast({ type: 'shared', serverNow: now(), shared: shared.rows() });
    if (this.#touched.size > 0)
      changed.add(...[...this.#touched].map((id) => `/api/incidents/${id}`), '/api/overview');
    this.#touched.clear();
  }
}
