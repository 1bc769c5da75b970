import type { IncidentsResponse } from '#lib/contract/incident-row.ts';
import { incidentsKey } from '#lib/contract/keys.ts';
import type { StreamSignal, StreamState } from '#lib/client/stream-state.ts';

export type SwrEffect =
  | { readonly type: 'write'; readonly key: string; readonly data: IncidentsResponse }
  | { readonly type: 'revalidate'; readonly matches: (key: string) => boolean };

const ofCluster = (key: string, cluster: string): boolean =>
  key.includes(`cluster=${encodeURIComponent(cluster)}`);

/** What a signal means for the cache. A snapshot after a loss means: anything may have been missed. */
export function swrEffects(
  cluster: string,
  before: StreamState,
  signal: StreamSignal,
  after: StreamState,
): SwrEffect[] {
  if (signal.type !== 'message') return [];
  const effects: SwrEffect[] = [];
  const list = incidentsKey(cluster);
  const { incidents, shared } = after;
  if (incidents && (incidents !== before.incidents || shared !== before.shared)) {
    const data = { incidents: [...incidents], shared: [...(shared ?? [])] };
    effects.push({ type: 'write', key: list, data });
  }
  if (signal.message.type === 'snapshot' && before.incidents) {
    effects.push({ type: 'revalidate', matches: (key) => key !== list && ofCluster(key, cluster) });
  }
  if (signal.message.type === 'changed') {
    const { keys } = signal.message;
    effects.push({
      type: 'revalidate',
      matches: (key) =>
        key !== list && ofCluster(key, cluster) && keys.some((prefix) => key.startsWith(prefix)),
    });
  }
  return effects;
}
