import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '#lib/testing/fake-clock.ts';
import { createFakeConnection, type Script, type SeenRequest } from '#lib/testing/fake-connection.ts';
import { failure, initialEventsEnd, line, podList, START } from '#lib/testing/pod-informer.ts';
import { createClusterCache } from './cluster-cache.ts';
import { KIND_NAMES, type KindName } from './kinds.ts';
import { networkError } from './network-error.ts';
import { ASKING_SECONDS } from './quiet-watch.ts';

const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

const resourceOf = ({ path }: SeenRequest) => path.split('/').at(-1) as KindName;
const refused = () => networkError(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'cluster.test:6443');
const object = (kind: string) => ({
  metadata: { name: `a-${kind}`, namespace: 'shop', uid: `uid-${kind}`, resourceVersion: '5' },
});

/** A quiet API server with one object of each kind. */
function answer(request: SeenRequest): Script {
  const { query } = request;
  if (query['watch'] === undefined) return podList('10', [object(resourceOf(request))]);
  const body = new PassThrough();
  if (query['sendInitialEvents'] !== undefined)
    body.write(line('ADDED', object(resourceOf(request))) + initialEventsEnd('10'));
  if (query['timeoutSeconds'] === String(ASKING_SECONDS)) body.end(initialEventsEnd('10', 'no'));
  return { body };
}

/** A cache in front of it; what `instead` answers comes first. */
function start(
  instead: (kind: KindName, request: SeenRequest, clock: FakeClock) => Script | undefined,
  { watchList = true } = {},
) {
  const clock = createFakeClock(START, { turns: 4 });
  const sentAt: { readonly kind: KindName; readonly atMs: number }[] = [];
  const connection = createFakeConnection((request) => {
    const kind = resourceOf(request);
    sentAt.push({ kind, atMs: clock.now() - START });
    return instead(kind, request, clock) ?? answer(request);
  });
  let drawn = 0;
  const cache = createClusterCache({
    connection,
    clock,
    random: () => (drawn += 0.618_034) % 1, // spread evenly, the same each time
    watchList,
    report: () => undefined,
  });
  const stop = new AbortController();
  stops.push(stop);
  void cache.start(stop.signal);
  const states = () => Object.fromEntries(cache.states().map(({ kind, state }) => [kind, state]));
  return { clock, connection, sentAt, cache, states };
}

const OF_EACH_RIGHT: readonly KindName[] = [
  'pods',
  'events',
  'nodes',
  'deployments',
  'replicasets',
  'services',
  'jobs',
];
const SUBSETS = Array.from({ length: 2 ** OF_EACH_RIGHT.length }, (_, bits) =>
  OF_EACH_RIGHT.filter((_kind, at) => (bits >> at) % 2 === 1),
);

describe.each([true, false])('R5: with initial events %s', (watchList) => {
  it(`each of ${SUBSETS.length} sets of missing rights leaves the other kinds usable within 3 s`, async () => {
    for (const missing of SUBSETS) {
      const { clock, cache, states } = start(
        (kind) => (missing.includes(kind) ? failure(403, 'Forbidden') : undefined),
        { watchList },
      );
      await clock.advance(3_000);
      expect(states()).toEqual(
        Object.fromEntries(KIND_NAMES.map((kind) => [kind, missing.includes(kind) ? 'forbidden' : 'live'])),
      );
      for (const kind of KIND_NAMES) expect(cache[kind].size).toBe(missing.includes(kind) ? 0 : 1);
      stops.pop()?.abort();
    }
  }, 60_000);

  it('a kind that is forbidden is asked for once a minute', async () => {
    const { clock, sentAt } = start((kind) => (kind === 'events' ? failure(403, 'Forbidden') : undefined), {
      watchList,
    });
    await clock.advance(10 * 60_000);
    expect(sentAt.filter(({ kind }) => kind === 'events').length).toBeLessThanOrEqual(11);
  });
});

it('R12: started while the API server is down it says so, and recovers alone', async () => {
  const { clock, cache, states, sentAt } = start((_kind, _request, time) =>
    time.now() < START + 10 * 60_000 ? refused() : undefined,
  );
  await clock.advance(2_000);
  for (const { state, message } of cache.states()) {
    expect(state).toBe('syncing');
    expect(message).toMatch(/refuses connections/);
  }
  await clock.advance(10 * 60_000 - 2_000);
  // R3: a dead API server sees at most 0.25 requests per second and kind.
  for (const kind of KIND_NAMES)
    expect(sentAt.filter((each) => each.kind === kind).length / 600).toBeLessThan(0.25);
  await clock.advance(60_000);
  expect(new Set(Object.values(states()))).toEqual(new Set(['live']));
});

it('REL-20: after a restart the kinds do not come back at once', async () => {
  const streams: PassThrough[] = [];
  const { clock, sentAt, states } = start((_kind, request, time) => {
    if (time.now() >= START + 10_000 && time.now() < START + 40_000) return refused();
    const script = answer(request);
    if (typeof script === 'object' && 'body' in script && script.body instanceof PassThrough)
      streams.push(script.body);
    return script;
  });
  await clock.advance(10_000);
  for (const stream of streams) stream.end();
  await clock.advance(100_000);
  expect(new Set(Object.values(states()))).toEqual(new Set(['live']));
  const perTenth = new Map<number, number>();
  for (const { atMs } of sentAt.filter((each) => each.atMs > 12_000)) {
    const tenth = Math.floor(atMs / 100);
    perTenth.set(tenth, (perTenth.get(tenth) ?? 0) + 1);
  }
  expect(Math.max(...perTenth.values())).toBeLessThanOrEqual(4);
});

it.each([true, false])(
  'REL-13: one kind whose answer begins after two minutes keeps no other waiting (initial events %s)',
  async (watchList) => {
    const body = new PassThrough();
    const { clock, states } = start((kind) => (kind === 'events' ? { body } : undefined), { watchList });
    await clock.advance(3_000);
    const { events, ...others } = states();
    expect(events).toBe('syncing');
    expect(new Set(Object.values(others))).toEqual(new Set(['live']));
  },
);
