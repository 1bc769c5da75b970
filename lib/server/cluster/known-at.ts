import type { KindState } from '#lib/contract/cluster.ts';

/**
 * The moment up to which the pods are known: now, or when they became stale. Judged later than that, silence would
 * pass for stability: a container that ran when the API server stopped answering would count as recovered 600 s on.
 */
export function knownAt(pods: Pick<KindState, 'state' | 'sinceAt'>, now: number): number {
  return pods.state === 'stale' ? Math.min(now, pods.sinceAt) : now;
}
