import type { ClusterView } from '#lib/contract/cluster.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { SharedCauseRow } from '#lib/contract/shared-cause.ts';
import type { StreamMessage } from '#lib/contract/stream.ts';

/** What the source reports. Times are the browser's clock, epoch ms. */
export type StreamSignal =
  | { readonly type: 'open'; readonly at: number }
  | { readonly type: 'heard'; readonly at: number }
  | { readonly type: 'message'; readonly at: number; readonly message: StreamMessage }
  | { readonly type: 'lost'; readonly at: number; readonly retryAt: number; readonly reason: string };

/** Our own connection to the server, not the server's connection to the cluster. */
export type Link = {
  readonly phase: 'connecting' | 'open' | 'lost';
  readonly heardAt?: number;
  readonly retryAt?: number;
  readonly reason?: string;
};

export type StreamState = {
  readonly link: Link;
  readonly cluster?: ClusterView;
  readonly incidents?: readonly IncidentRow[];
  readonly shared?: readonly SharedCauseRow[];
  /** Server clock minus browser clock, ms. */
  readonly offsetMs?: number;
};

export const INITIAL_STREAM_STATE: StreamState = { link: { phase: 'connecting' } };

/** Replaces in place and appends what is new: the order of the list is the table's business, not the stream's. */
export function applyDelta(
  incidents: readonly IncidentRow[],
  delta: { readonly upserts: readonly IncidentRow[]; readonly removes: readonly string[] },
): readonly IncidentRow[] {
  const upserts = new Map(delta.upserts.map((row) => [row.id, row]));
  const removed = new Set(delta.removes);
  const kept = incidents.filter((row) => !removed.has(row.id)).map((row) => upserts.get(row.id) ?? row);
  const known = new Set(incidents.map((row) => row.id));
  return [...kept, ...[...upserts.values()].filter((row) => !known.has(row.id))];
}

function reduceMessage(state: StreamState, message: StreamMessage, at: number): StreamState {
  switch (message.type) {
    case 'snapshot':
      return {
        ...state,
        cluster: message.cluster,
        incidents: message.incidents,
        shared: message.shared,
        offsetMs: message.serverNow - at,
      };
    case 'delta':
      // Without a snapshot there is nothing to apply it to: the server sends one first on every connection.
      if (!state.incidents) return state;
      return {
        ...state,
        incidents: applyDelta(state.incidents, message),
        offsetMs: message.serverNow - at,
      };
    case 'shared':
      return { ...state, shared: message.shared, offsetMs: message.serverNow - at };
    case 'cluster':
      return { ...state, cluster: message.cluster, offsetMs: message.serverNow - at };
    case 'changed':
      return state;
    default:
      // A newer server may say more than this page understands.
      return state;
  }
}

/** Pure step: the same signals always end in the same state. */
export function reduceStream(state: StreamState, signal: StreamSignal): StreamState {
  switch (signal.type) {
    case 'open':
    case 'heard':
      return { ...state, link: { phase: 'open', heardAt: signal.at } };
    case 'lost':
      return {
        ...state,
        link: {
          phase: 'lost',
          heardAt: state.link.heardAt,
          retryAt: signal.retryAt,
          reason: signal.reason,
        },
      };
    case 'message':
      return {
        ...reduceMessage(state, signal.message, signal.at),
        link: { phase: 'open', heardAt: signal.at },
      };
  }
}

/** What a tab that joins late is told first, so that it stands where the others stand. */
export function replaySignals(state: StreamState, now: number): StreamSignal[] {
  const signals: StreamSignal[] = [];
  const at = state.link.heardAt ?? now;
  if (state.cluster && state.incidents) {
    const message: StreamMessage = {
      type: 'snapshot',
      serverNow: at + (state.offsetMs ?? 0),
      cluster: state.cluster,
      incidents: [...state.incidents],
      ...(state.shared && { shared: [...state.shared] }),
    };
    signals.push({ type: 'message', at, message });
  }
  const { link } = state;
  if (link.phase === 'lost') {
    signals.push({
      type: 'lost',
      at,
      retryAt: link.retryAt ?? now,
      reason: link.reason ?? '',
    });
  } else if (link.phase === 'open') {
    signals.push({ type: 'heard', at });
  }
  return signals;
}
