import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenSocket, type Script } from '#lib/testing/fake-connection.ts';
import {
  bookmark,
  failure,
  initialEventsEnd,
  line,
  pod,
  podList,
  START,
  startPodInformer,
  status,
  type PodInformer,
} from '#lib/testing/pod-informer.ts';

// The table is client-go's TestWatchList (tools/cache/reflector_watchlist_test.go), in its order; then what is ours.

const running: PodInformer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});
async function start(script: Partial<Parameters<typeof startPodInformer>[0]> = {}): Promise<PodInformer> {
  const informer = await startPodInformer({ watchList: true, lists: ['never'], ...script });
  running.push(informer);
  return informer;
}

const INITIAL_EVENTS = {
  watch: '1',
  allowWatchBookmarks: 'true',
  sendInitialEvents: 'true',
  resourceVersionMatch: 'NotOlderThan',
  timeoutSeconds: '300',
};
const followedFrom = (resourceVersion: string) => ({
  watch: '1',
  allowWatchBookmarks: 'true',
  resourceVersion,
  timeoutSeconds: '300',
});
const added = (name: string, version: string) => line('ADDED', pod(name, version));
const open = (...lines: string[]): Script => {
  const body = new PassThrough();
  if (lines.length > 0) body.write(lines.join(''));
  return { body };
};
const closed = (...lines: string[]): Script => ({ body: new PassThrough().end(lines.join('')) });
const queries = (informer: PodInformer) => informer.watches().map(({ query }) => query);
const streams = (informer: PodInformer) => queries(informer).filter((query) => 'sendInitialEvents' in query);

describe('TestWatchList', () => {
  it('is not synced before the bookmark has been received', async () => {
    const informer = await start({ watches: [open(added('p1', '1'))] });
    expect(queries(informer)).toEqual([INITIAL_EVENTS]);
    expect(informer.informer.state()).toMatchObject({ state: 'syncing', objects: 0 });
    expect(informer.changes).toEqual([]);
  });

  it('uses the old LIST/WATCH semantics if it is turned off', async () => {
    const informer = await start({ watchList: false, lists: [podList('1', [pod('p1', '1')])] });
    expect(informer.lists()).toHaveLength(1);
    expect(queries(informer)).toEqual([followedFrom('1')]);
    expect(informer.names()).toEqual(['p1']);
  });

  it('falls back to a list when the server answers with another error', async () => {
    const broken = () => failure(500, 'InternalError');
    const informer = await start({
      lists: [podList('1', [pod('p1', '1')])],
      watches: [broken(), broken(), open(added('p2', '2'))],
    });
    await informer.clock.advance(800);
    expect(queries(informer)).toEqual([INITIAL_EVENTS, INITIAL_EVENTS, followedFrom('1')]);
    expect(informer.names()).toEqual(['p1', 'p2']);
  });

  it.each<[string, Script]>([
    ['422 Invalid', failure(422, 'Invalid')],
    ['400 BadRequest', failure(400, 'BadRequest')],
    ['405 of a proxy', { status: 405, body: 'no' }],
  ])(
    'falls back when the server does not support streaming (%s), and remembers it',
    async (_name, refusal) => {
      const informer = await start({
        lists: [podList('1', [pod('p1', '1')]), podList('9', [pod('p1', '1')])],
        watches: [refusal, open(added('p2', '2')), failure(410, 'Expired')],
      });
      expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('1')]);
      expect(informer.names()).toEqual(['p1', 'p2']);
      await informer.clock.advance(2_000);
      await informer.close();
      expect(informer.lists()).toHaveLength(2);
      expect(streams(informer)).toHaveLength(1);
      expect(informer.reports.filter(({ what }) => what === 'watch-list')).toHaveLength(1);
    },
  );

  it('is synced after receiving a bookmark event', async () => {
    const informer = await start({
      watches: [open(added('p1', '1'), added('p2', '2'), initialEventsEnd('2'))],
    });
    expect(queries(informer)).toEqual([INITIAL_EVENTS]);
    expect(informer.lists()).toEqual([]);
    expect(informer.names()).toEqual(['p1', 'p2']);
    expect(informer.informer.state()).toMatchObject({ state: 'live', confirmedAt: START, objects: 2 });
  });

  it('takes updates and deletions that come before the bookmark', async () => {
    const informer = await start({
      watches: [
        open(
          added('p1', '1'),
          added('p2', '2'),
          line('MODIFIED', pod('p1', '3', { phase: 'Failed' })),
          added('p3', '4'),
          line('DELETED', pod('p3', '5')),
          initialEventsEnd('5'),
        ),
      ],
    });
    expect(informer.names()).toEqual(['p1', 'p2']);
    expect(informer.informer.lister.get('shop', 'p1')?.phase).toBe('Failed');
    expect(informer.changes.map(({ type }) => type)).toEqual(['added', 'added']);
  });

  it('retries 429, as often as it comes, when it says so', async () => {
    const busy = () => failure(429, 'TooManyRequests', { details: { retryAfterSeconds: 7 } });
    const informer = await start({
      watches: [busy(), busy(), busy(), open(added('p1', '1'), initialEventsEnd('2'))],
    });
    await informer.clock.advance(6_999);
    expect(queries(informer)).toHaveLength(1);
    await informer.clock.advance(14_001);
    expect(queries(informer)).toEqual(Array.from({ length: 4 }, () => INITIAL_EVENTS));
    expect(informer.lists()).toEqual([]);
    expect(informer.names()).toEqual(['p1']);
  });

  it.each<[string, () => Script]>([
    ['closed', () => closed(added('p1', '1'))],
    ['cut', () => closed(added('p1', '1'), added('p2', '2').slice(0, 30))],
  ])('a watch %s before it is synced results in a new one', async (_name, ended) => {
    const informer = await start({ watches: [ended(), open(added('p1', '1'), initialEventsEnd('1'))] });
    expect(queries(informer)).toEqual([INITIAL_EVENTS, INITIAL_EVENTS]);
    expect(informer.names()).toEqual(['p1']);
  });

  it('a watch closed after it was synced results in a new one from there', async () => {
    const informer = await start({
      watches: [
        open(added('p1', '1'), added('p2', '2'), initialEventsEnd('2'), added('p3', '3')),
        open(added('p4', '4')),
      ],
    });
    await informer.clock.advance(2_000);
    await informer.close();
    expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('3')]);
    expect(informer.names()).toEqual(['p1', 'p2', 'p3', 'p4']);
  });

  it('expiring an established watch reads everything again', async () => {
    const informer = await start({
      watches: [
        open(added('p1', '1'), initialEventsEnd('2'), added('p3', '3')),
        failure(410, 'Expired'),
        open(added('p3', '3'), initialEventsEnd('9')),
      ],
    });
    await informer.clock.advance(2_000);
    await informer.close();
    expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('3'), INITIAL_EVENTS]);
    expect(informer.names()).toEqual(['p3']);
    expect(informer.informer.state().state).toBe('live');
  });

  it('checks the value of the annotation', async () => {
    const informer = await start({
      watches: [open(added('p1', '1'), initialEventsEnd('2', 'false'), bookmark('3'))],
    });
    expect(informer.informer.state()).toMatchObject({ state: 'syncing', objects: 0 });
  });
});

describe('initial events', () => {
  const synced = () => open(added('a', '5'), added('b', '6'), initialEventsEnd('10'));

  it('410 in their midst, as an event or a status, begins them anew, and mixes no two snapshots', async () => {
    const informer = await start({
      watches: [
        open(added('gone', '1'), line('ERROR', status(410, 'Expired'))),
        open(added('a', '5'), initialEventsEnd('10')),
      ],
    });
    expect(streams(informer)).toHaveLength(2);
    expect(informer.names()).toEqual(['a']);
    expect(informer.lists()).toEqual([]);
  });

  it('a server that ends them with 410 each time is not asked in a tight loop', async () => {
    const expired = () => closed(line('ERROR', status(410, 'Expired')));
    const informer = await start({ watches: Array.from({ length: 50 }, expired) });
    expect(streams(informer)).toHaveLength(2);
    await informer.clock.advance(60_000);
    expect(streams(informer).length).toBeLessThan(10);
  });

  it('while they are read again, what was there is shown as stale, and replaced at once', async () => {
    const informer = await start({ watches: [synced(), failure(410, 'Expired'), open(added('c', '20'))] });
    await informer.clock.advance(2_000);
    await informer.close();
    expect(informer.names()).toEqual(['a', 'b']);
    expect(informer.informer.state()).toMatchObject({ state: 'stale', objects: 2 });
    const before = informer.changes.length;
    await informer.send(initialEventsEnd('30'));
    expect(informer.names()).toEqual(['c']);
    expect(informer.changes.slice(before).map(({ type }) => type)).toEqual(['deleted', 'deleted', 'added']);
    expect(informer.informer.state().state).toBe('live');
  });

  it('REL-15: without the bookmark for 10 s it lists in pages, from then on always', async () => {
    const informer = await start({
      lists: [podList('10', [pod('a', '5')])],
      watches: [open(added('a', '5')), { body: new PassThrough() }],
    });
    await informer.clock.advance(9_999);
    expect(informer.lists()).toEqual([]);
    await informer.clock.advance(1);
    expect(informer.lists()).toHaveLength(1);
    expect(informer.names()).toEqual(['a']);
    expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('10')]);
    expect(informer.reports).toContainEqual({
      kind: 'pods',
      what: 'watch-list',
      message: 'The end of the initial events did not come. From now on it is listed in pages.',
    });
  });

  it('a large cluster on a slow line has its time: it is the standstill that counts', async () => {
    const informer = await start({ watches: [open()] });
    for (let n = 0; n < 6; n++) {
      await informer.clock.advance(9_000);
      await informer.send(added(`p${n}`, `${n + 1}`));
    }
    await informer.send(initialEventsEnd('10'));
    expect(informer.names()).toHaveLength(6);
    expect(informer.lists()).toEqual([]);
  });

  it('a server that goes on with changes and never sends the bookmark is found out', async () => {
    const informer = await start({
      lists: [podList('20', [pod('a', '15')])],
      watches: [open(added('a', '5'))],
    });
    for (let n = 0; n < 12; n++) {
      await informer.send(line('MODIFIED', pod('a', `${n + 6}`)));
      await informer.clock.advance(1_000);
    }
    expect(informer.lists()).toHaveLength(1);
    expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('20')]);
  });

  it('a connection that is cut twice in their midst is not tried a third time before pages are', async () => {
    const cut = (): Script => {
      const body = new PassThrough();
      body.write(added('a', '5'));
      setImmediate(() => body.destroy(brokenSocket()));
      return { body };
    };
    const informer = await start({
      lists: [podList('10', [pod('a', '5')])],
      watches: [cut(), cut(), { body: new PassThrough() }],
    });
    expect(queries(informer)).toEqual([INITIAL_EVENTS, INITIAL_EVENTS, followedFrom('10')]);
    expect(informer.names()).toEqual(['a']);
  });

  it('a server that does not answer at all is not taken for one that cannot', async () => {
    const informer = await start({ watches: ['never', synced()] });
    await informer.clock.advance(10_000);
    expect(informer.informer.state()).toMatchObject({
      state: 'syncing',
      message: 'The API server does not answer.',
    });
    await informer.clock.advance(800);
    expect(streams(informer)).toHaveLength(2);
    expect(informer.names()).toEqual(['a', 'b']);
  });

  it('REL-11: forbidden is a state, not a reason to list', async () => {
    const informer = await start({ watches: [failure(403, 'Forbidden')] });
    expect(informer.informer.state()).toMatchObject({ state: 'forbidden', objects: 0 });
    expect(informer.lists()).toEqual([]);
  });

  it('a kind that is not served is absent', async () => {
    const informer = await start({ watches: [{ status: 404, body: '404 page not found\n' }] });
    expect(informer.informer.state()).toMatchObject({ state: 'absent' });
  });

  it('REL-12: a stream that hangs after them is found', async () => {
    const missed = closed(line('DELETED', pod('a', '11')));
    const informer = await start({ watches: [synced(), open()], askings: [missed] });
    await informer.clock.advance(36_000);
    expect(queries(informer)).toEqual([INITIAL_EVENTS, followedFrom('10')]);
  });

  it('an empty cluster is synced by the bookmark alone', async () => {
    const informer = await start({ watches: [open(initialEventsEnd('10'))] });
    expect(informer.informer.state()).toMatchObject({ state: 'live', objects: 0 });
  });

  it('ends, and closes its stream, when the signal aborts in their midst', async () => {
    const body = new PassThrough();
    const informer = await start({ watches: [{ body }] });
    await informer.stop();
    expect(body.destroyed).toBe(true);
  });
});
