import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pod } from '#lib/model/pod.ts';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import {
  brokenSocket,
  createFakeConnection,
  type Script,
  type SeenRequest,
} from '#lib/testing/fake-connection.ts';
import { createInformer, type KubeReport } from './informer.ts';
import { KINDS } from './kinds.ts';
import { networkError } from './network-error.ts';
import type { Change } from './store.ts';
import { createValueHash } from './to-model/value-hash.ts';

const START = Date.UTC(2026, 10, 21, 3, 0, 0);

const pod = (name: string, resourceVersion: string, { uid = `uid-${name}`, phase = 'Running' } = {}) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion, creationTimestamp: '2026-11-21T02:00:00Z' },
  spec: { containers: [{ name: 'app', image: 'app:1' }] },
  status: { phase },
});
const podList = (resourceVersion: string, items: readonly object[], token?: string) => ({
  body: { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion, continue: token }, items },
});
const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`;
const bookmark = (resourceVersion: string) =>
  line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion } });
const status = (code: number, reason: string, extra: object = {}) => ({
  kind: 'Status',
  status: 'Failure',
  code,
  reason,
  message: `${reason} says the server`,
  ...extra,
});
const failure = (code: number, reason: string, extra: object = {}): Script => ({
  status: code,
  body: status(code, reason, extra),
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

type Setup = {
  readonly lists: readonly Script[];
  /** One per watch; a missing entry is a quiet watch that stays open. */
  readonly watches?: readonly Script[];
};

/** A pod informer against scripted answers; the last list answer repeats. */
async function start({ lists, watches = [] }: Setup) {
  const clock = createFakeClock(START);
  const opened: PassThrough[] = [];
  let nthList = 0;
  let nthWatch = 0;
  const connection = createFakeConnection(({ query }) => {
    if (query['watch'] === undefined) return lists[Math.min(nthList++, lists.length - 1)] ?? 'never';
    const script = watches[nthWatch++] ?? { body: new PassThrough() };
    if (typeof script === 'object' && 'body' in script && script.body instanceof PassThrough)
      opened.push(script.body);
    return script;
  });
  const changes: Change<Pod>[] = [];
  const reports: KubeReport[] = [];
  const informer = createInformer<Pod>({
    kind: KINDS.pods,
    connection,
    clock,
    random: () => 0,
    hash: createValueHash(Buffer.from('test')),
    report: (report) => reports.push(report),
    onChanges: (more) => changes.push(...more),
    onState: () => undefined,
  });
  const stop = new AbortController();
  const ended = informer.run(stop.signal);
  stops.push(async () => {
    stop.abort();
    await ended;
  });
  await clock.settle();
  const asked = (kind: 'list' | 'watch'): SeenRequest[] =>
    connection.requests.filter(({ query }) => 'watch' in query === (kind === 'watch'));
  return {
    clock,
    changes,
    reports,
    informer,
    lists: () => asked('list'),
    watches: () => asked('watch'),
    /** Writes to the newest watch that is open. */
    async send(...parts: (string | Uint8Array)[]) {
      for (const part of parts) {
        opened.at(-1)?.write(part);
        await clock.settle();
      }
    },
    async close() {
      opened.at(-1)?.end();
      await clock.settle();
    },
    async cut() {
      opened.at(-1)?.destroy(brokenSocket());
      await clock.settle();
    },
    names: () =>
      informer.lister
        .list()
        .map(({ meta }) => meta.name)
        .toSorted(),
  };
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
    const delays = clock.sleeps.filter((ms) => ms < 90_000);
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

describe('410', () => {
  it.each<[string, Script]>([
    ['as HTTP status', failure(410, 'Expired')],
    ['as ERROR event', { body: new PassThrough().end(line('ERROR', status(410, 'Expired'))) }],
    ['as Gone', failure(410, 'Gone')],
  ])('TestReflectorExpired %s: exactly one relist, deletions of the gap appear', async (_name, expired) => {
    const { clock, changes, lists, watches, names, informer } = await start({
      lists: [podList('10', [pod('a', '5'), pod('b', '6')]), podList('90', [pod('a', '5')])],
      watches: [expired],
    });
    await clock.advance(60_000);
    expect(lists()).toHaveLength(2);
    expect(watches().map(({ query }) => query['resourceVersion'])).toEqual(['10', '90']);
    expect(names()).toEqual(['a']);
    expect(changes.at(-1)).toMatchObject({ type: 'deleted', object: { meta: { name: 'b' } } });
    expect(informer.state().state).toBe('live');
  });

  it('keeps the old data, marked stale, until the new list is in', async () => {
    const { informer, names } = await start({ lists: [one, 'never'], watches: [failure(410, 'Expired')] });
    expect(names()).toEqual(['a']);
    expect(informer.state()).toMatchObject({ state: 'stale', objects: 1 });
  });

  it('a server that refuses every place is not listed in a tight loop', async () => {
    const expired = failure(410, 'Expired');
    const { lists } = await start({ lists: [one], watches: Array.from({ length: 50 }, () => expired) });
    expect(lists()).toHaveLength(2);
  });

  it('TestReflectorFullListIfTooLarge: a version the server has not reached means list again', async () => {
    const tooLarge = failure(504, 'Timeout', {
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    });
    const { clock, lists, watches } = await start({
      lists: [one, podList('3', [pod('a', '2')])],
      watches: [tooLarge],
    });
    await clock.advance(1_000);
    expect(lists()).toHaveLength(2);
    expect(watches().at(-1)?.query['resourceVersion']).toBe('3');
  });

  it('REL-18: a bookmark from before our place means the server was restored: list again', async () => {
    const { clock, send, lists, watches } = await start({ lists: [one, podList('4', [pod('a', '2')])] });
    await send(bookmark('9'));
    await clock.advance(1_000);
    expect(lists()).toHaveLength(2);
    expect(watches().at(-1)?.query['resourceVersion']).toBe('4');
  });
});

describe('a busy or broken API server', () => {
  it.each<[string, Script]>([
    ['in the header', { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }],
    ['in the Status', failure(429, 'TooManyRequests', { details: { retryAfterSeconds: 7 } })],
  ])(
    'TestNoRelistOnTooManyRequests: 429 with Retry-After %s waits that long and does not list',
    async (_name, busy) => {
      const { clock, lists, watches, informer } = await start({ lists: [one], watches: [busy] });
      expect(informer.state()).toMatchObject({ state: 'stale', retryAt: START + 7_000, objects: 1 });
      await clock.advance(6_999);
      expect(watches()).toHaveLength(1);
      await clock.advance(1);
      expect(watches()).toHaveLength(2);
      expect(lists()).toHaveLength(1);
      expect(informer.state().state).toBe('live');
    },
  );

  it.each([500, 502, 503, 504])('%i while reopening: resumes from its place', async (code) => {
    const { clock, lists, watches } = await start({
      lists: [one],
      watches: [{ status: code, body: '<html>' }],
    });
    await clock.advance(800);
    expect(watches().map(({ query }) => query['resourceVersion'])).toEqual(['10', '10']);
    expect(lists()).toHaveLength(1);
  });

  it('REL-20: a server away for minutes is resumed, not listed', async () => {
    const { clock, lists, names, informer } = await start({
      lists: [one],
      watches: Array.from({ length: 12 }, () => brokenSocket()),
    });
    expect(informer.state().state).toBe('stale');
    await clock.advance(5 * 60_000);
    expect(lists()).toHaveLength(1);
    expect(names()).toEqual(['a']);
    expect(informer.state().state).toBe('live');
  });

  it('REL-12: a half-open connection is dropped after 90 s of silence', async () => {
    const { clock, lists, watches, informer } = await start({ lists: [one] });
    await clock.advance(90_000);
    expect(informer.state()).toMatchObject({
      state: 'stale',
      message: 'The API server has sent nothing for 90 s.',
    });
    await clock.advance(800);
    expect(watches()).toHaveLength(2);
    expect(lists()).toHaveLength(1);
  });

  it('R2: a watch that cannot be reopened is stale after 5 s, though nothing has failed yet', async () => {
    const { clock, close, informer } = await start({
      lists: [one],
      watches: [{ body: new PassThrough() }, 'never'],
    });
    await clock.advance(2_000);
    await close();
    expect(informer.state().state).toBe('live');
    await clock.advance(5_000);
    expect(informer.state()).toMatchObject({ state: 'stale', sinceAt: START + 7_000 });
  });

  it('REL-09: credentials that stay refused are named and not tried in a loop', async () => {
    const { clock, watches, informer } = await start({
      lists: [one],
      watches: Array.from({ length: 40 }, () => failure(401, 'Unauthorized')),
    });
    await clock.advance(120_000);
    expect(informer.state()).toMatchObject({
      state: 'stale',
      message: 'The API server does not accept these credentials (401).',
    });
    expect(watches().length).toBeLessThan(12);
  });
});

describe('rights', () => {
  it('REL-11: forbidden from the start is a state with the server text, probed once a minute', async () => {
    const { clock, lists, informer } = await start({ lists: [failure(403, 'Forbidden')] });
    expect(informer.state()).toMatchObject({
      state: 'forbidden',
      message: 'Forbidden says the server',
      retryAt: START + 60_000,
      objects: 0,
    });
    await clock.advance(5 * 60_000);
    expect(lists().map(({ query }) => query['limit'])).toEqual(['250', '1', '1', '1', '1', '1']);
  });

  it('REL-10: a right lost mid-life removes the data; given back, it returns', async () => {
    const { clock, changes, informer } = await start({
      lists: [one, one, one],
      watches: [failure(403, 'Forbidden')],
    });
    expect(informer.state()).toMatchObject({ state: 'forbidden', objects: 0 });
    expect(informer.state().confirmedAt).toBeUndefined();
    expect(changes.map(({ type }) => type)).toEqual(['added', 'deleted']);
    await clock.advance(60_000);
    expect(informer.state()).toMatchObject({ state: 'live', objects: 1 });
  });

  it('list without watch does not make the data come and go', async () => {
    const { clock, changes } = await start({
      lists: [one],
      watches: Array.from({ length: 20 }, () => failure(403, 'Forbidden')),
    });
    await clock.advance(10 * 60_000);
    expect(changes.map(({ type }) => type)).toEqual(['added', 'deleted']);
  });

  it.each<[string, Script]>([
    ['an unknown API group', { status: 404, body: '404 page not found\n' }],
    ['an unknown resource', failure(404, 'NotFound')],
  ])('REL-26: %s is absent, not an endless spinner', async (_name, answer) => {
    const { informer } = await start({ lists: [answer] });
    expect(informer.state()).toMatchObject({ state: 'absent', objects: 0 });
  });

  it.each([403, 404])('a %i page of a proxy does not take data away', async (code) => {
    const { informer } = await start({
      lists: [one],
      watches: [{ status: code, body: '<html>blocked</html>' }],
    });
    expect(informer.state()).toMatchObject({ state: 'stale', objects: 1 });
  });
});

it('ends, and closes its stream, when the signal aborts', async () => {
  const body = new PassThrough();
  await start({ lists: [one], watches: [{ body }] });
  await stops.pop()?.();
  expect(body.destroyed).toBe(true);
});
