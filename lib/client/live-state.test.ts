import { describe, expect, it } from 'vitest';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { liveState } from './live-state.ts';

const open = { phase: 'open', heardAt: 1_000 } as const;

describe('live state', () => {
  it.each([
    ['connecting before anything is known', { phase: 'connecting' } as const, undefined, 'connecting'],
    ['what the server said at the first HTML', { phase: 'connecting' } as const, aClusterView(), 'live'],
    ['live', open, aClusterView(), 'live'],
    ['the first load', open, aClusterView({ state: 'syncing' }), 'syncing'],
    ['a cluster that stopped answering', open, aClusterView({ state: 'stale' }), 'stale'],
    ['a cluster that never answered', open, aClusterView({ state: 'unreachable' }), 'unreachable'],
    ['a lost stream, whatever the cluster said last', { phase: 'lost' } as const, aClusterView(), 'stale'],
  ])('says %s', (_what, link, cluster, kind) => expect(liveState(link, cluster, 0).kind).toBe(kind));

  it('tells the times of a lost stream on the clock of the server', () => {
    const state = liveState({ phase: 'lost', heardAt: 1_000, retryAt: 2_000 }, aClusterView(), 500);
    expect(state).toMatchObject({ sinceAt: 1_500, retryAt: 2_500 });
  });
});
