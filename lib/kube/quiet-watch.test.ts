import { PassThrough } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { createFakeClock } from '#lib/testing/fake-clock.ts';
import { brokenSocket, type Script } from '#lib/testing/fake-connection.ts';
import {
  bookmark,
  failure,
  line,
  pod,
  podList,
  START,
  startPodInformer,
  status,
  type PodInformer,
} from '#lib/testing/pod-informer.ts';
import type { Clock } from './clock.ts';
import { networkError } from './network-error.ts';
import { overseeQuiet } from './quiet-watch.ts';

const running: PodInformer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});
/** A pod informer whose watch is open and says nothing. */
async function quiet(askings: readonly Script[], watches?: readonly Script[]): Promise<PodInformer> {
  const informer = await startPodInformer({ lists: [podList('10', [pod('a', '5')])], askings, watches });
  running.push(informer);
  return informer;
}
const brought = (...lines: string[]): Script => ({ body: new PassThrough().end(lines.join('')) });

it('REL-12: a stream that hangs is found within 36 s, though its connection lives', async () => {
  const deletion = line('DELETED', pod('a', '11'));
  const open = new PassThrough();
  const { clock, askings, watches, lists, informer } = await quiet(
    [brought(deletion)],
    [{ body: new PassThrough() }, { body: open }],
  );
  await clock.advance(34_999);
  expect(askings()).toEqual([]);
  await clock.advance(1);
  expect(askings()[0]?.query).toEqual({
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: '10',
    timeoutSeconds: '4',
  });
  await clock.advance(1_000);
  expect(watches().map(({ query }) => query['resourceVersion'])).toEqual(['10', '10']);
  expect(lists()).toHaveLength(1);
  open.write(deletion);
  await clock.settle();
  expect(informer.state()).toMatchObject({ state: 'live', objects: 0 });
});

it('a stream with nothing to say is left alone, and its silence confirmed', async () => {
  const { clock, askings, watches, informer } = await quiet([brought(bookmark('400'))]);
  await clock.advance(35_000);
  expect(informer.state()).toMatchObject({ state: 'live', confirmedAt: START + 35_000 });
  expect(askings()).toHaveLength(1);
  expect(watches()).toHaveLength(1);
});

it('one with a bookmark each minute is asked about once between two', async () => {
  const { clock, askings, send } = await quiet([]);
  for (let minute = 0; minute < 10; minute++) {
    await clock.advance(60_000);
    await send(bookmark(String(100 + minute)));
  }
  expect(askings()).toHaveLength(10);
});

it('one that is not silent is not asked about', async () => {
  const { clock, askings, send } = await quiet([]);
  for (let n = 0; n < 10; n++) {
    await clock.advance(30_000);
    await send(line('MODIFIED', pod('a', String(100 + n))));
  }
  expect(askings()).toEqual([]);
});

it('a change that both are about to bring does not break the stream', async () => {
  const change = line('MODIFIED', pod('a', '11'));
  const { clock, send, watches } = await quiet([brought(change)]);
  await clock.advance(35_500);
  await send(change);
  await clock.advance(10_000);
  expect(watches()).toHaveLength(1);
});

it('R2: a server that does not answer is found, and what is shown is stale, within 45 s', async () => {
  const { clock, informer, watches } = await quiet(['never']);
  await clock.advance(43_000);
  expect(informer.state()).toMatchObject({ state: 'stale', message: 'The API server does not answer.' });
  await clock.advance(800);
  expect(watches()).toHaveLength(2);
});

it('an answer that never ends is none', async () => {
  const { clock, informer } = await quiet([{ body: new PassThrough() }]);
  await clock.advance(43_000);
  expect(informer.state().state).toBe('stale');
});

it.each<[string, Script]>([
  ['429', failure(429, 'TooManyRequests')],
  ['a load balancer’s 503', { status: 503, body: '<html>' }],
])('%s says nothing of the stream: it stays open, and is stale until it speaks', async (_name, busy) => {
  const { clock, informer, watches, askings, send } = await quiet([busy, busy, busy, 'never']);
  await clock.advance(35_000);
  expect(informer.state()).toMatchObject({ state: 'stale', objects: 1, retryAt: START + 35_800 });
  await clock.advance(5_000);
  expect(askings()).toHaveLength(3);
  await send(bookmark('400'));
  expect(informer.state()).toMatchObject({ state: 'live', confirmedAt: START + 40_000 });
  expect(watches()).toHaveLength(1);
});

it.each<[string, Script]>([
  ['as HTTP status', failure(410, 'Expired')],
  ['as ERROR event', brought(line('ERROR', status(410, 'Expired')))],
])('410 %s reads everything again, once', async (_name, expired) => {
  const { clock, lists, informer } = await quiet([expired]);
  await clock.advance(40_000);
  expect(lists()).toHaveLength(2);
  expect(informer.state().state).toBe('live');
});

it('REL-10: a right that was lost is noticed though the stream goes on', async () => {
  const { clock, informer } = await quiet([failure(403, 'Forbidden')]);
  await clock.advance(35_000);
  expect(informer.state()).toMatchObject({ state: 'forbidden', objects: 0 });
});

it('a connection that breaks meanwhile is opened again at once', async () => {
  const { clock, watches, lists, informer } = await quiet([networkError(brokenSocket(), 'c:6443')]);
  await clock.advance(35_000);
  expect(watches()).toHaveLength(2);
  expect(lists()).toHaveLength(1);
  expect(informer.state().state).toBe('live');
});

it.each<[string, Script, RegExp]>([
  [
    'a captive portal',
    { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Log in' },
    /web page came/,
  ],
  ['a proxy that ends watches at once', brought(), /ends watches at once/],
])('%s confirms nothing', async (_name, answer, message) => {
  const { clock, informer, watches, askings } = await quiet([answer]);
  await clock.advance(35_000);
  expect(informer.state()).toMatchObject({ state: 'stale', confirmedAt: START, objects: 1 });
  expect(informer.state().message).toMatch(message);
  await clock.advance(800);
  expect(askings()).toHaveLength(2);
  expect(informer.state()).toMatchObject({ state: 'live', confirmedAt: START + 35_800 });
  expect(watches()).toHaveLength(1);
});

it('an API server without bookmarks confirms by keeping the second watch open for its time', async () => {
  const body = new PassThrough();
  const { clock, informer } = await quiet([{ body }]);
  await clock.advance(39_000);
  body.end();
  await clock.settle();
  expect(informer.state()).toMatchObject({ state: 'live', confirmedAt: START + 39_000 });
});

it.each([
  [8 * 3_600_000, 36_000],
  [-3_600_000, 41_000], // silence is counted anew from the jump
])(
  'REL-24: a wall clock that jumps by %i ms makes it ask once, not break the watch',
  async (jumpMs, thenMs) => {
    const fake = createFakeClock(START);
    let jumpedMs = 0;
    const clock: Clock = {
      now: () => fake.now() + jumpedMs,
      sleep: (ms, signal) => fake.sleep(ms, signal),
    };
    let asked = 0;
    let confirmed = 0;
    const dead: Error[] = [];
    const watch = overseeQuiet(
      {
        listWatch: {
          watch: () => {
            asked++;
            return Promise.resolve(
              (async function* () {
                yield await Promise.resolve([{ type: 'BOOKMARK', resourceVersion: '11' } as const]);
              })(),
            );
          },
        },
        clock,
        random: () => 0,
        version: () => '10',
        onConfirmed: () => confirmed++,
        onUnsure: () => undefined,
        onDead: (error) => dead.push(error),
      },
      new AbortController().signal,
    );
    await fake.advance(30_000);
    jumpedMs = jumpMs;
    await fake.advance(thenMs);
    watch.stop();
    expect([asked, confirmed, dead]).toEqual([1, 1, []]);
  },
);
