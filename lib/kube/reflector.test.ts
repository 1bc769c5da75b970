import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenSocket, type Script } from '#lib/testing/fake-connection.ts';
import {
  startPodInformer,
  bookmark,
  failure,
  line,
  pod,
  podList,
  START,
  type PodInformer,
} from '#lib/testing/pod-informer.ts';
import { networkError } from './network-error.ts';

const running: PodInformer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});
async function start(script: Parameters<typeof startPodInformer>[0]): Promise<PodInformer> {
  const informer = await startPodInformer(script);
  running.push(informer);
  return informer;
}

const one = podList('10', [pod('a', '5')]);

describe('list', () => {
  it('TestReflectorListAndWatch: lists, then watches from the version of the list with bookmarks', async () => {
    const { lists, watches, names, informer } = await start({ lists: [one] });
    expect(lists()[0]).toMatchObject({ path: '/api/v1/pods', query: { limit: '250' } });
    expect(watches()[0]?.query).toEqual({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: '10',
      timeoutSeconds: '300',
    });
    expect(names()).toEqual(['a']);
    expect(informer.state()).toEqual({
      kind: 'pods',
      state: 'live',
      sinceAt: START,
      confirmedAt: START,
      objects: 1,
    });
  });

  it('TestReflectorWatchListPageSize: reads every page, and takes the version of the first', async () => {
    const { lists, watches, names } = await start({
      lists: [
        podList('10', [pod('a', '5')], 'next-1'),
        podList('10', [pod('b', '6')], 'next-2'),
        podList('10', [pod('c', '7')]),
      ],
    });
    expect(lists().map(({ query }) => query['continue'])).toEqual([undefined, 'next-1', 'next-2']);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(watches()[0]?.query['resourceVersion']).toBe('10');
  });

  it('TestReflectorExpired...OnContinue: starts the list over and mixes no two snapshots', async () => {
    const { lists, names, watches } = await start({
      lists: [
        podList('10', [pod('a', '5'), pod('gone', '6')], 'next'),
        failure(410, 'Expired'),
        podList('20', [pod('a', '15')]),
      ],
    });
    expect(lists()).toHaveLength(3);
    expect(names()).toEqual(['a']);
    expect(watches()[0]?.query['resourceVersion']).toBe('20');
  });

  it('gives up paging when page tokens keep expiring', async () => {
    const page = podList('10', [pod('a', '5')], 'next');
    const { lists, names } = await start({
      lists: [page, failure(410, 'Expired'), page, failure(410, 'Expired'), podList('20', [pod('a', '15')])],
    });
    expect(lists().map(({ query }) => query['limit'])).toEqual(['250', '250', '250', '250', undefined]);
    expect(names()).toEqual(['a']);
  });

  it('an empty cluster is live with nothing in it', async () => {
    const { informer } = await start({ lists: [podList('10', [])] });
    expect(informer.state()).toMatchObject({ state: 'live', objects: 0 });
  });

  it('an object without a name is left out and reported, the others stay', async () => {
    const { names, reports } = await start({
      lists: [podList('10', [{ metadata: null, spec: 7 }, pod('a', '5')])],
    });
    expect(names()).toEqual(['a']);
    expect(reports).toEqual([
      { kind: 'pods', what: 'odd', message: expect.stringContaining('metadata.name') as string },
    ]);
  });
});

describe('list failures', () => {
  it.each<[string, Script, RegExp]>([
    [
      'an HTML 502',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><title>Bad Gateway</title>' },
      /502.*web page.*Bad Gateway/,
    ],
    [
      'a captive portal',
      { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Log in' },
      /web page came instead/,
    ],
    ['an empty body', { body: '' }, /empty body/],
    ['JSON that is no list', { body: { hello: 'world' } }, /not a Kubernetes list/],
    [
      'a list that ends early',
      { body: '{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata"' },
      /ended in the middle/,
    ],
    [
      'a refused connection',
      networkError(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'c:6443'),
      /refuses connections/,
    ],
  ])('%s is told in a sentence, then tried again', async (_name, answer, message) => {
    const { clock, informer, names } = await start({ lists: [answer, one] });
    expect(informer.state()).toMatchObject({ state: 'syncing', retryAt: START + 800, objects: 0 });
    expect(informer.state().message).toMatch(message);
    expect(informer.state().message).not.toMatch(/unexpected token/i);
    await clock.advance(800);
    expect(names()).toEqual(['a']);
    expect(informer.state()).toEqual({
      kind: 'pods',
      state: 'live',
      sinceAt: START + 800,
      confirmedAt: START + 800,
      objects: 1,
    });
  });

  it('TestReflectorListAndWatchInitConnBackoff: 0.8 s doubling to 30 s against a dead server', async () => {
    const { clock, lists } = await start({ lists: [brokenSocket()] });
    await clock.advance(10 * 60_000);
    const delays = clock.sleeps.filter((ms) => ms < 75_000);
    expect(delays.slice(0, 8)).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    // R3: at most 0.25 requests per second.
    expect(lists().length / 600).toBeLessThan(0.05);
  });
});

describe('watch', () => {
  it('applies additions, changes and deletions in order', async () => {
    const { send, names, changes, informer } = await start({ lists: [one] });
    await send(line('ADDED', pod('b', '11')), line('MODIFIED', pod('a', '12', { phase: 'Failed' })));
    expect(informer.lister.get('shop', 'a')?.phase).toBe('Failed');
    await send(line('DELETED', pod('b', '13')));
    expect(names()).toEqual(['a']);
    expect(changes.map(({ type }) => type)).toEqual(['added', 'added', 'modified', 'deleted']);
  });

  it.each<[string, string[], string[]]>([
    ['a duplicate ADDED changes nothing', [line('ADDED', pod('a', '5'))], ['a@5']],
    ['MODIFIED before ADDED adds', [line('MODIFIED', pod('b', '11'))], ['a@5', 'b@11']],
    ['DELETED of something unknown changes nothing', [line('DELETED', pod('b', '11'))], ['a@5']],
    [
      'DELETED, then ADDED under the same name with another uid',
      [line('DELETED', pod('a', '11')), line('ADDED', pod('a', '12', { uid: 'other' }))],
      ['a@12'],
    ],
    [
      'a late DELETED of a former bearer of the name keeps the successor',
      [line('ADDED', pod('a', '12', { uid: 'other' })), line('DELETED', pod('a', '13'))],
      ['a@12'],
    ],
    [
      'versions of 20 and more digits',
      [line('MODIFIED', pod('a', '123456789012345678901'))],
      ['a@123456789012345678901'],
    ],
  ])('%s', async (_name, lines, expected) => {
    const { send, informer } = await start({ lists: [one] });
    await send(...lines);
    expect(informer.lister.list().map(({ meta }) => `${meta.name}@${meta.resourceVersion}`)).toEqual(
      expected,
    );
  });

  it('another uid under one name is a deletion and an addition', async () => {
    const { send, changes } = await start({ lists: [one] });
    await send(line('MODIFIED', pod('a', '12', { uid: 'other' })));
    expect(changes.slice(1).map(({ type, object }) => [type, object.meta.uid])).toEqual([
      ['deleted', 'uid-a'],
      ['added', 'other'],
    ]);
  });

  it('TestReflectorHandleWatch...Bookmark: a bookmark moves the place and confirms the data', async () => {
    const { clock, send, close, watches, informer } = await start({ lists: [one] });
    await clock.advance(60_000);
    await send(bookmark('500'));
    expect(informer.state()).toMatchObject({ state: 'live', confirmedAt: START + 60_000 });
    await close();
    expect(watches()[1]?.query['resourceVersion']).toBe('500');
  });

  it('TestReflectorWatchHandler: a clean close resumes from the last version, without a list', async () => {
    const { clock, send, close, lists, watches, informer } = await start({ lists: [one] });
    await clock.advance(5_000);
    await send(line('ADDED', pod('b', '11')));
    await close();
    expect(lists()).toHaveLength(1);
    expect(watches()[1]?.query['resourceVersion']).toBe('11');
    expect(informer.state().state).toBe('live');
  });

  it('TestReflectorVeryShortWatch: a server that ends watches at once is not asked in a loop', async () => {
    const closed = () => ({ body: new PassThrough().end() });
    const { clock, watches, informer } = await start({
      lists: [one],
      watches: [closed(), closed(), closed()],
    });
    expect(watches()).toHaveLength(1);
    expect(informer.state()).toMatchObject({
      state: 'stale',
      message: 'The API server ends watches at once.',
      retryAt: START + 800,
    });
    await clock.advance(800);
    expect(watches()).toHaveLength(2);
    await clock.advance(1_599);
    expect(watches()).toHaveLength(2);
    await clock.advance(1);
    expect(watches()).toHaveLength(3);
  });

  it('REL-22: a captive portal in place of a watch is named', async () => {
    const portal = { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Log in' };
    const { informer } = await start({ lists: [one], watches: [portal] });
    expect(informer.state()).toMatchObject({ state: 'stale', objects: 1 });
    expect(informer.state().message).toMatch(/web page came instead/);
  });

  it('nor is one that ends watches at once after a bookmark', async () => {
    const closed = () => ({ body: new PassThrough().end(bookmark('11')) });
    const { watches } = await start({ lists: [one], watches: [closed(), closed(), closed()] });
    expect(watches()).toHaveLength(1);
  });

  it('TestWatchTimeout: asks for 300 to 600 seconds', async () => {
    const { watches } = await start({ lists: [one] });
    expect(Number(watches()[0]?.query['timeoutSeconds'])).toBeGreaterThanOrEqual(300);
    expect(Number(watches()[0]?.query['timeoutSeconds'])).toBeLessThanOrEqual(600);
  });
});

describe('torn and garbled streams', () => {
  it('REL-02: a connection cut inside a line drops the torn event and resumes', async () => {
    const { clock, send, cut, names, lists, watches } = await start({ lists: [one] });
    await clock.advance(5_000);
    await send(line('ADDED', pod('b', '11')), line('ADDED', pod('c', '12')).slice(0, 40));
    await cut();
    expect(names()).toEqual(['a', 'b']);
    expect(watches()[1]?.query['resourceVersion']).toBe('11');
    expect(lists()).toHaveLength(1);
  });

  it('REL-02: a torn event at a clean end is not parsed either', async () => {
    const { clock, send, close, names, watches } = await start({ lists: [one] });
    await clock.advance(5_000);
    await send(line('ADDED', pod('b', '11')).trimEnd());
    await close();
    expect(names()).toEqual(['a']);
    expect(watches()[1]?.query['resourceVersion']).toBe('10');
  });

  it('REL-02: a chunk border inside a UTF-8 sequence and between lines does not matter', async () => {
    const { send, informer } = await start({ lists: [one] });
    const event = { ...pod('b', '11'), status: { phase: 'Failed', message: 'größer als 5 € 🚒' } };
    for (const byte of Buffer.from(line('ADDED', event))) await send(Uint8Array.of(byte));
    expect(informer.lister.get('shop', 'b')?.message).toBe('größer als 5 € 🚒');
  });

  it('REL-03: a bad line drops the stream, keeps what came before, and resumes after it is reported', async () => {
    const { clock, send, names, lists, watches, reports, informer } = await start({ lists: [one] });
    await send(`${line('ADDED', pod('b', '11'))}{"type":"ADDED","obj\n${line('ADDED', pod('c', '13'))}`);
    expect(names()).toEqual(['a', 'b']);
    expect(informer.state().state).toBe('stale');
    expect(reports).toHaveLength(1);
    await clock.advance(800);
    expect(watches()[1]?.query['resourceVersion']).toBe('11');
    expect(lists()).toHaveLength(1);
  });

  it('lists again when the same place fails five times', async () => {
    const bad = () => ({ body: new PassThrough().end('not json\n') });
    const { clock, lists, informer } = await start({
      lists: [one],
      watches: [bad(), bad(), bad(), bad(), bad()],
    });
    await clock.advance(60_000);
    expect(lists()).toHaveLength(2);
    expect(informer.state().state).toBe('live');
  });
});
