import { randomBytes } from 'node:crypto';
import type { ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import { Hub, type HubOptions } from '#lib/live/hub.ts';

const FAN_OUT_WINDOW_MS = 25;

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
    windowMs: FAN_OUT_WINDOW_MS,
    epoch: randomBytes(9).toString('base64url'),
  });
}
