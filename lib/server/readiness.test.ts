import { describe, expect, it } from 'vitest';
import type { KindState } from '#lib/contract/cluster.ts';
import { readiness } from './readiness.ts';

const kind = (name: string, state: KindState['state']): KindState => ({
  kind: name,
  state,
  sinceAt: 0,
  objects: 0,
});
const ready = (...states: KindState['state'][]) =>
  readiness([{ name: 'prod', kinds: states.map((state, index) => kind(`kind-${index}`, state)) }]).ready;

describe('readiness', () => {
  it.each<[string, KindState['state'][], boolean]>([
    ['waits for the first list of every kind', ['live', 'syncing'], false],
    ['is reached when all are live', ['live', 'live'], true],
    ['does not wait for what is forbidden or absent', ['live', 'forbidden', 'absent'], true],
    [
      'is kept while stale: the page says so, and a restart would lose what it knows',
      ['stale', 'live'],
      true,
    ],
    ['is not claimed by a cluster that has not begun', [], false],
  ])('%s', (_behaviour, states, expected) => expect(ready(...states)).toBe(expected));

  it('tells every kind of every cluster', () => {
    expect(
      readiness([
        { name: 'prod', kinds: [kind('pods', 'live')] },
        { name: 'dev', kinds: [kind('pods', 'syncing')] },
      ]),
    ).toEqual({
      ready: false,
      clusters: [
        { name: 'prod', ready: true, kinds: [{ kind: 'pods', state: 'live' }] },
        { name: 'dev', ready: false, kinds: [{ kind: 'pods', state: 'syncing' }] },
      ],
    });
  });
});
