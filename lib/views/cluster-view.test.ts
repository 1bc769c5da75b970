import { describe, expect, it } from 'vitest';
import type { KindState } from '#lib/contract/cluster.ts';
import { clusterView } from './cluster-view.ts';

const kind = (name: string, state: KindState['state'], rest: Partial<KindState> = {}): KindState => ({
  kind: name,
  state,
  sinceAt: 1_000,
  objects: 0,
  ...rest,
});

const viewOf = (...kinds: KindState[]) =>
  clusterView({
    name: 'test',
    server: 'https://cluster.test',
    sandbox: false,
    readOnly: false,
    insecureTls: false,
    user: 'ada',
    pods: 0,
    workloads: 0,
    kinds,
  });

describe('clusterView', () => {
  it('is live while every kind is, confirmed when the pods were', () => {
    const view = viewOf(kind('pods', 'live', { confirmedAt: 5 }), kind('nodes', 'live', { confirmedAt: 1 }));
    expect(view).toMatchObject({ state: 'live', confirmedAt: 5 });
  });

  it('one stale kind makes what is shown stale, since the earliest of them', () => {
    const view = viewOf(
      kind('pods', 'live'),
      kind('nodes', 'stale', { sinceAt: 7 }),
      kind('events', 'stale', { sinceAt: 3 }),
    );
    expect(view).toMatchObject({ state: 'stale', staleSinceAt: 3 });
  });

  it('is syncing before the first list, and unreachable when that failed', () => {
    expect(viewOf(kind('pods', 'syncing')).state).toBe('syncing');
    const failed = kind('pods', 'syncing', { message: 'connection refused', retryAt: 9 });
    expect(viewOf(failed)).toMatchObject({ state: 'unreachable', message: 'connection refused', retryAt: 9 });
  });

  it('a kind that is still loading beside the pods does not hold the list back', () => {
    expect(viewOf(kind('pods', 'live'), kind('events', 'syncing')).state).toBe('live');
  });

  it('a forbidden kind of lesser weight leaves the rest live', () => {
    expect(viewOf(kind('pods', 'live'), kind('nodes', 'forbidden')).state).toBe('live');
  });
});
