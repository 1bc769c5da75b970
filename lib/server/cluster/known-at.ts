import type { KindState } from '#lib/contract/cluster.ts';

/**
 * The moment up to which the pods, or another kind, are known: now, or when they became stale. Judged later than that, silence would
 * pass for stability: a container that ran when the API server stopped answering would count as recovered 600 s on.
 */
export function knownAt(kind: Pick<KindState, 'state' | 'sinceAt'>, now: number): number {
  return kind.state === 'stale' ? Math.min(now, kind.sinceAt) : now;
}
