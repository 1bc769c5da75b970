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
  status,
  type PodInformer,
} from '#lib/testing/pod-informer.ts';

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
    const { clock, lists } = await start({
      lists: [one],
      watches: Array.from({ length: 50 }, () => expired),
    });
    expect(lists()).toHaveLength(2);
    await clock.advance(60_000);
    expect(lists()).toHaveLength(8);
  });

  it('410 after a watch that held is answered at once, though there was one before', async () => {
    const quiet = new PassThrough();
    const { clock, lists } = await start({
      lists: [one],
      watches: [failure(410, 'Expired'), { body: quiet }, failure(410, 'Expired')],
    });
    await clock.advance(20_000);
    quiet.end();
    await clock.settle();
    expect(lists()).toHaveLength(3);
  });

  it('410 after a quiet watch that had to be ended is answered at once too', async () => {
    const expired = failure(410, 'Expired');
    const { clock, lists } = await start({ lists: [one], watches: [expired], askings: [expired, expired] });
    expect(lists()).toHaveLength(2);
    await clock.advance(35_000);
    expect(lists()).toHaveLength(3);
  });

  it('410 long after the last list is answered at once, though no watch held in between', async () => {
    const { clock, lists, watches } = await start({
      lists: [one],
      watches: [
        failure(410, 'Expired'),
        { body: new PassThrough().end() },
        brokenSocket(),
        brokenSocket(),
        failure(410, 'Expired'),
      ],
    });
    await clock.advance(800 + 1_600 + 3_200 + 6_400);
    expect(watches()).toHaveLength(6);
    expect(lists()).toHaveLength(3);
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

  it('REL-12: a watch without the bookmark of each minute is opened anew after 75 s of silence', async () => {
    const { clock, lists, watches, informer, reports } = await start({ lists: [one] });
    await clock.advance(74_999);
    expect(watches()).toHaveLength(1);
    await clock.advance(1);
    expect(watches()).toHaveLength(2);
    expect(reports.map(({ message }) => message)).toEqual(['The API server has sent nothing for 75 s.']);
    expect(lists()).toHaveLength(1);
    expect(informer.state().state).toBe('live');
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
  const { stop } = await start({ lists: [one], watches: [{ body }] });
  await stop();
  expect(body.destroyed).toBe(true);
});

it('REL-14: after an hour of nothing but bookmarks it resumes from the last, without 410', async () => {
  const { clock, send, close, lists, watches } = await start({ lists: [one] });
  for (let minute = 1; minute <= 60; minute++) {
    await clock.advance(60_000);
    await send(bookmark(String(1_000 * minute)));
  }
  await close();
  expect(watches().at(-1)?.query['resourceVersion']).toBe('60000');
  expect(watches()).toHaveLength(2);
  expect(lists()).toHaveLength(1);
});

it('REL-17: an object of 1.5 MB with 2,000 managedFields and a long annotation is one like the others', async () => {
  const { send, informer } = await start({ lists: [one] });
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f:field-${n}`, { '.': {} }]));
  const managedFields = Array.from({ length: 2_000 }, (_, n) => ({ manager: `m${n}`, fieldsV1: fields }));
  const large = pod('large', '11');
  const metadata = { ...large.metadata, annotations: { note: 'x'.repeat(300_000) }, managedFields };
  const text = line('ADDED', { ...large, metadata });
  expect(text.length).toBeGreaterThan(1_500_000);
  for (let at = 0; at < text.length; at += 65_536) await send(text.slice(at, at + 65_536));
  expect(informer.lister.get('shop', 'large')?.meta.annotations).toEqual({});
});
