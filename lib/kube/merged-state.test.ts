import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KindState } from '#lib/contract/cluster.ts';
import { mergedState, type StatePart } from './merged-state.ts';

const part = (namespace: string, change: Partial<KindState> = {}): StatePart => ({
  namespace,
  state: { kind: 'pods', state: 'live', sinceAt: 100, confirmedAt: 200, objects: 1, ...change },
});
const forbidden = { state: 'forbidden', confirmedAt: undefined, message: 'no', retryAt: 900 } as const;

describe('a kind watched in several namespaces', () => {
  it('is live since the last of them was, and confirmed as of the oldest', () => {
    const merged = mergedState('pods', [part('a'), part('b', { sinceAt: 150, confirmedAt: 180 })], 2);
    expect(merged).toMatchObject({ state: 'live', sinceAt: 150, confirmedAt: 180, objects: 2 });
    expect(merged.forbiddenIn).toBeUndefined();
  });
  it('is stale since the first of them was', () => {
    const stale = (sinceAt: number) => ({ state: 'stale', sinceAt, message: 'gone' }) as const;
    const merged = mergedState('pods', [part('a'), part('b', stale(170)), part('c', stale(160))], 3);
    expect(merged).toMatchObject({ state: 'stale', sinceAt: 160, message: 'gone' });
  });
  it('is not complete while one of them is still being listed', () => {
    const syncing = { state: 'syncing', confirmedAt: undefined } as const;
    const merged = mergedState('pods', [part('a'), part('b', syncing)], 1);
    expect(merged).toMatchObject({ state: 'syncing', confirmedAt: undefined });
  });
  it('names the namespaces that may not be seen', () => {
    const merged = mergedState('pods', [part('a'), part('b', forbidden)], 1);
    expect(merged).toMatchObject({ state: 'live', confirmedAt: 200, forbiddenIn: ['b'] });
    expect(merged.message).toBeUndefined();
  });
  it('is forbidden when it may be seen in none of them', () => {
    const merged = mergedState('pods', [part('a', forbidden), part('b', forbidden)], 0);
    expect(merged).toMatchObject({ state: 'forbidden', message: 'no', retryAt: 900, confirmedAt: undefined });
    expect(merged.forbiddenIn).toBeUndefined();
  });

  const anyPart = fc
    .tuple(
      fc.constantFrom<KindState['state']>('syncing', 'live', 'stale', 'forbidden', 'absent'),
      fc.nat(1000),
      fc.option(fc.nat(1000), { nil: undefined }),
    )
    .map(([state, sinceAt, confirmedAt]) => ({ state, sinceAt, confirmedAt }));
  it('is never live unless everything that is not named is', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { minLength: 1, maxLength: 6 }), (changes) => {
        const parts = changes.map((change, index) => part(`ns-${index}`, change));
        const merged = mergedState('pods', parts, 0);
        const shown = parts.filter(({ namespace }) => !merged.forbiddenIn?.includes(namespace));
        const isAllLive = shown.every(({ state }) => state.state === 'live' || state.state === 'absent');
        expect(merged.state === 'live').toBe(isAllLive && shown.some(({ state }) => state.state === 'live'));
      }),
    );
  });
});
