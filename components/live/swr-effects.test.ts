import { describe, expect, it } from 'vitest';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import { INITIAL_STREAM_STATE, reduceStream } from '#lib/client/stream-state.ts';
import type { StreamSignal, StreamState } from '#lib/client/stream-state.ts';
import { incidentKey, incidentsKey, overviewKey, podsKey } from '#lib/contract/keys.ts';
import type { StreamMessage } from '#lib/contract/stream.ts';
import { swrEffects } from './swr-effects.ts';

const FIRST = { q: '', sort: 'name', order: 'asc', offset: 0 } as const;
const KEYS = [
  incidentsKey('prod'),
  incidentKey('prod', 'ab12'),
  podsKey('prod', FIRST),
  overviewKey('prod'),
  podsKey('dev', FIRST),
];

function effectsOf(before: StreamState, message: StreamMessage) {
  const signal: StreamSignal = { type: 'message', at: 1, message };
  const effects = swrEffects('prod', before, signal, reduceStream(before, signal));
  return {
    written: effects.flatMap((effect) => (effect.type === 'write' ? [effect.key] : [])),
    asked: KEYS.filter((key) =>
      effects.some((effect) => effect.type === 'revalidate' && effect.matches(key)),
    ),
  };
}

const snapshot: StreamMessage = {
  type: 'snapshot',
  serverNow: 1,
  cluster: aClusterView(),
  incidents: incidentRows(),
};
const running = reduceStream(INITIAL_STREAM_STATE, { type: 'message', at: 1, message: snapshot });

describe('effects of the stream on the cache', () => {
  it('writes the list from the first snapshot and asks for nothing', () => {
    expect(effectsOf(INITIAL_STREAM_STATE, snapshot)).toEqual({ written: [incidentsKey('prod')], asked: [] });
  });

  it('asks for everything of this cluster after a reconnect', () => {
    expect(effectsOf(running, snapshot).asked).toEqual([
      incidentKey('prod', 'ab12'),
      podsKey('prod', FIRST),
      overviewKey('prod'),
    ]);
  });

  it('writes the list from a delta', () => {
    const delta: StreamMessage = {
      type: 'delta',
      serverNow: 1,
      upserts: [],
      removes: [incidentRows()[0]?.id ?? ''],
    };
    expect(effectsOf(running, delta)).toEqual({ written: [incidentsKey('prod')], asked: [] });
  });

  it('asks again only for what changed, never for the streamed list', () => {
    const changed: StreamMessage = { type: 'changed', keys: ['/api/incidents', '/api/pods'] };
    expect(effectsOf(running, changed)).toEqual({
      written: [],
      asked: [incidentKey('prod', 'ab12'), podsKey('prod', FIRST)],
    });
  });

  it('touches nothing when only the connection changed', () => {
    expect(effectsOf(running, { type: 'cluster', serverNow: 1, cluster: aClusterView() })).toEqual({
      written: [],
      asked: [],
    });
  });
});
