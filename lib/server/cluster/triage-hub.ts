import { randomBytes } from 'node:crypto';
import type { ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { Hub, type HubOptions } from '#lib/live/hub.ts';

const WINDOW_MS = 25;
/** To write to a reader takes some 0.02 ms: a storm of changes leaves two thirds of a core to everything else. */
const WINDOW_PER_READER_MS = 0.06;

export type TriageHubOptions = Pick<HubOptions<IncidentRow>, 'schedule'> & {
  readonly now: () => number;
  readonly view: () => ClusterView;
  readonly shared: () => readonly SharedCauseRow[];
};

/** The triage list on its way to its readers: the whole of it first, then what differs. */
export function createTriageHub({ now, view, shared, schedule }: TriageHubOptions): Hub<IncidentRow> {
  return new Hub<IncidentRow>({
    keyOf: ({ id }) => id,
    snapshot: () => ({ type: 'snapshot', serverNow: now(), cluster: view(), shared: shared() }),
    delta: (removes) => ({ type: 'delta', serverNow: now(), removes }),
    rowsAs: { snapshot: 'incidents', delta: 'upserts' },
    schedule,
    windowMs: (readers) => Math.max(WINDOW_MS, readers * WINDOW_PER_READER_MS),
    epoch: randomBytes(9).toString('base64url'),
  });
}
