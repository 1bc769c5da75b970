import { randomBytes } from 'node:crypto';
import type { ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { Hub, type HubOptions } from '#lib/live/hub.ts';
import { rowText } from './row-text.ts';

/** A change that just misses a window waits for all of the next: with 50 ms, few readers would wait twice as long for no gain. */
const WINDOW_MS = 25;
/**
 * To write to a reader takes some 0.01 ms: a storm of changes costs a tenth of a core, however many read. With 500 readers
 * that is a window of 50 ms.
 */
const WINDOW_PER_READER_MS = 0.1;

export type TriageHubOptions = Pick<HubOptions<IncidentRow>, 'schedule'> & {
  readonly now: () => number;
  readonly view: () => ClusterView;
  readonly shared: () => readonly SharedCauseRow[];
};

/** The triage list on its way to its readers: the whole of it first, then what differs. */
export function createTriageHub({ now, view, shared, schedule }: TriageHubOptions): Hub<IncidentRow> {
  return new Hub<IncidentRow>({
    keyOf: ({ id }) => id,
    textOf: rowText,
    snapshot: () => ({ type: 'snapshot', serverNow: now(), cluster: view(), shared: shared() }),
    delta: (removes) => ({ type: 'delta', serverNow: now(), removes }),
    rowsAs: { snapshot: 'incidents', delta: 'upserts' },
    schedule,
    windowMs: (readers) => Math.max(WINDOW_MS, readers * WINDOW_PER_READER_MS),
    epoch: randomBytes(9).toString('base64url'),
  });
}
