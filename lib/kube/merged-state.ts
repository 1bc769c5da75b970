import type { KindState } from '#lib/contract/cluster.ts';

/** One kind in one of the namespaces it is watched in. */
export type StatePart = { readonly namespace: string; readonly state: KindState };

/** Worse first. What is incomplete counts before what is old: an incomplete set must not be judged. */
const ORDER: readonly KindState['state'][] = ['syncing', 'stale', 'live', 'forbidden', 'absent'];

/**
 * What is known of a kind that is watched namespace by namespace: the worst of those that may be seen, and by name those
 * that may not. Pure.
 */
export function mergedState(kind: string, parts: readonly StatePart[], objects: number): KindState {
  const refused = parts.filter(({ state }) => state.state === 'forbidden');
  const seen = parts.filter(({ state }) => state.state !== 'forbidden' && state.state !== 'absent');
  const states = (seen.length > 0 ? seen : parts).map(({ state }) => state);
  const worst = ORDER.find((each) => states.some(({ state }) => state === each));
  const same = states.filter(({ state }) => state === worst);
  const since = same.map(({ sinceAt }) => sinceAt);
  const confirmed = states.flatMap(({ confirmedAt }) => confirmedAt ?? []);
  const retries = same.flatMap(({ retryAt }) => retryAt ?? []);
  return {
    kind,
    state: worst ?? 'syncing',
    // All of them are live only since the last became so; anything else has been so since the first was.
    sinceAt: worst === 'live' ? Math.max(...since) : Math.min(...since),
    confirmedAt: confirmed.length === states.length ? Math.min(...confirmed) : undefined,
    retryAt: retries.length > 0 ? Math.min(...retries) : undefined,
    message: same.find(({ message }) => message !== undefined)?.message,
    objects,
    ...(seen.length > 0 && refused.length > 0 && { forbiddenIn: refused.map(({ namespace }) => namespace) }),
  };
}
