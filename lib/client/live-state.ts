import type { ClusterView } from '#lib/contract/cluster.ts';
import type { Link } from './stream-state.ts';

/** One answer to "may I trust what I see?", from both connections: browser to server, server to cluster. */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'syncing' }
  | { readonly kind: 'live'; readonly confirmedAt?: number }
  | {
      readonly kind: 'stale';
      /** Last moment somebody confirmed what is shown, server clock. */
      readonly sinceAt?: number;
      readonly retryAt?: number;
      readonly message?: string;
    }
  | { readonly kind: 'unreachable'; readonly retryAt?: number; readonly message?: string }
  /** Pods may not be listed: an empty list would be no good news. */
  | { readonly kind: 'blind'; readonly message?: string };

/** `offsetMs` turns the link's browser times into server times. */
export function liveState(link: Link, cluster: ClusterView | undefined, offsetMs: number): LiveState {
  const toServer = (at: number | undefined) => (at === undefined ? undefined : at + offsetMs);
  if (link.phase === 'lost') {
    return {
      kind: 'stale',
      sinceAt: toServer(link.heardAt) ?? cluster?.confirmedAt,
      retryAt: toServer(link.retryAt),
      message: link.reason,
    };
  }
  if (!cluster) return { kind: 'connecting' };
  switch (cluster.state) {
    case 'syncing':
      return { kind: 'syncing' };
    case 'live':
      return { kind: 'live', confirmedAt: cluster.confirmedAt };
    case 'stale':
      return {
        kind: 'stale',
        sinceAt: cluster.staleSinceAt ?? cluster.confirmedAt,
        retryAt: cluster.retryAt,
        message: cluster.message,
      };
    case 'unreachable':
      return { kind: 'unreachable', retryAt: cluster.retryAt, message: cluster.message };
    case 'blind':
      return { kind: 'blind', message: cluster.message };
  }
}

export const isStale = (state: LiveState): boolean => state.kind === 'stale' || state.kind === 'unreachable';
