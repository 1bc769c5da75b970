import type { KindState } from '#lib/contract/cluster.ts';
import type { ReadyzResponse } from '#lib/contract/health.ts';

/** Still loading for the first time. Forbidden and absent kinds will not come; a stale one was complete once. */
const INCOMPLETE: Record<KindState['state'], boolean> = {
  syncing: true,
  live: false,
  stale: false,
  forbidden: false,
  absent: false,
};

/** Ready when every started cluster has finished its first lists: before that an empty page would look healthy. */
export function readiness(
  clusters: readonly { readonly name: string; readonly kinds: readonly KindState[] }[],
): ReadyzResponse {
  const judged = clusters.map(({ name, kinds }) => ({
    name,
    ready: kinds.length > 0 && kinds.every(({ state }) => !INCOMPLETE[state]),
    kinds: kinds.map(({ kind, state }) => ({ kind, state })),
  }));
  return { ready: judged.every(({ ready }) => ready), clusters: judged };
}
