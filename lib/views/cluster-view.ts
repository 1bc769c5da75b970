import type { ClusterView, KindState } from '#lib/contract/cluster.ts';

/** Without these nothing can be said; the other kinds only make the answer richer. */
const ESSENTIAL = new Set(['pods']);

export type ClusterFacts = Omit<
  ClusterView,
  'state' | 'confirmedAt' | 'staleSinceAt' | 'retryAt' | 'message'
>;

/** The connection pill: what the essential kinds say, and since when. */
export function clusterView(facts: ClusterFacts): ClusterView {
  const essential = facts.kinds.filter(({ kind }) => ESSENTIAL.has(kind));
  const stale = facts.kinds.filter(({ state }) => state === 'stale');
  const confirmed = essential.flatMap(({ confirmedAt }) => confirmedAt ?? []);
  const worst =
    stale.find(({ kind }) => ESSENTIAL.has(kind)) ??
    essential.find(({ state }) => state !== 'live') ??
    stale[0];
  return {
    ...facts,
    state: connectionState(essential, stale),
    confirmedAt: confirmed.length > 0 ? Math.min(...confirmed) : undefined,
    staleSinceAt: stale.length > 0 ? Math.min(...stale.map(({ sinceAt }) => sinceAt)) : undefined,
    retryAt: worst?.retryAt,
    message: worst?.message,
  };
}

function connectionState(essential: readonly KindState[], stale: readonly KindState[]): ClusterView['state'] {
  if (essential.some(({ state }) => state === 'forbidden' || state === 'absent')) return 'blind';
  // A stale kind of lesser weight still means that what we show may be old.
  if (stale.length > 0) return 'stale';
  if (essential.some(({ state, message }) => state === 'syncing' && message !== undefined))
    return 'unreachable';
  if (essential.some(({ state }) => state === 'syncing')) return 'syncing';
  return 'live';
}
