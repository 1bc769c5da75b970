import { expect, it } from 'vitest';
import { ApiNetworkError } from '#lib/kube/network-error.ts';
import { apiPath } from '#lib/kube/path.ts';
import { ByteChannel } from './byte-channel.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFaultProxy } from './fault-proxy.ts';
import { channelResponse, textResponse } from './text-response.ts';

const pods = apiPath`/api/v1/pods`;
const events = apiPath`/api/v1/events`;

function start() {
  const clock = createFakeClock(0);
  const wire = new ByteChannel();
  const proxy = createFaultProxy({
    clock,
    random: () => 0.5,
    pageSize: 2,
    upstream: {
      request: (_path, { query = {} } = {}) =>
        Promise.resolve(
          query['watch'] ? channelResponse(200, wire) : textResponse(200, `limit ${String(query['limit'])}`),
        ),
    },
  });
  const write = (text: string) => wire.push(new TextEncoder().encode(`${text}\n`));
  const watch = async () => {
    const response = await proxy.request(pods, { query: { watch: 1 } });
    let seen = '';
    let end: unknown = 'open';
    void (async () => {
      for await (const chunk of response.body) seen += Buffer.from(chunk).toString();
    })().then(
      () => (end = 'closed'),
      (error: unknown) => (end = error),
    );
    return { seen: () => seen, end: () => end };
  };
  return { clock, proxy, write, watch };
}
const bodyOf = async (body: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = [];
  for await (const chunk of body) parts.push(chunk);
  return Buffer.concat(parts).toString();
};

it('passes everything on while nothing is asked of it, in small pages', async () => {
  const { proxy, write, watch, clock } = start();
  const response = await proxy.request(pods, { query: { limit: 250 } });
  expect(await bodyOf(response.body)).toBe('limit 2');
  const stream = await watch();
  write('größe');
  await clock.settle();
  expect(stream.seen()).toBe('größe\n');
});

it('a fault of one kind leaves the others alone, and passes', async () => {
  const { proxy, clock } = start();
  proxy.strike({ do: 'refuse', status: 429, html: false, retryAfterSeconds: 7, forMs: 1_000 }, 'pods');
  const refused = await proxy.request(pods);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '7']);
  expect((await proxy.request(events)).status).toBe(200);
  await clock.advance(1_000);
  expect((await proxy.request(pods)).status).toBe(200);
});

it('cuts the next event in its middle', async () => {
  const { proxy, write, watch, clock } = start();
  const stream = await watch();
  proxy.strike({ do: 'cut-mid-line' });
  write('12345678');
  write('lost');
  await clock.settle();
  expect(stream.seen()).toBe('1234');
  expect(stream.end()).toBeInstanceOf(ApiNetworkError);
});

it.each([
  ['duplicate', 'one\none\ntwo\n'],
  ['garble', 'on\ntwo\n'],
] as const)('%s strikes the next event only', async (what, expected) => {
  const { proxy, write, watch, clock } = start();
  const stream = await watch();
  proxy.strike({ do: what });
  write('one');
  write('two');
  await clock.settle();
  expect(stream.seen()).toBe(expected);
});

it('a stream that was blackholed stays silent and open after the fault', async () => {
  const { proxy, write, watch, clock } = start();
  const stream = await watch();
  proxy.strike({ do: 'blackhole', forMs: 1_000 });
  await clock.advance(2_000);
  proxy.heal();
  write('lost');
  await clock.settle();
  expect([stream.seen(), stream.end()]).toEqual(['', 'open']);
  expect(proxy.answeredAt('pods')).toBeUndefined();
  await proxy.request(pods);
  expect(proxy.answeredAt('pods')).toBe(2_000);
});
