import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiNetworkError } from '#lib/kube/network-error.ts';
import { apiPath } from '#lib/kube/path.ts';
import { createProtobufDecoder } from '#lib/kube/protobuf/protobuf-decoder.ts';
import { ByteChannel } from './byte-channel.ts';
import { encodeEvent } from './encode-protobuf.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFaultProxy } from './fault-proxy.ts';
import { channelResponse, textResponse } from './text-response.ts';
import { PROTOBUF, watchWire, type WireEncoding } from './watch-wire.ts';

const pods = apiPath`/api/v1/pods`;
const events = apiPath`/api/v1/events`;

const TYPES = { json: 'application/json', protobuf: PROTOBUF };

function start(encoding: WireEncoding = 'json') {
  const clock = createFakeClock(0);
  const wire = new ByteChannel();
  const proxy = createFaultProxy({
    clock,
    random: () => 0.5,
    pageSize: 2,
    encoding,
    upstream: {
      request: (_path, { query = {} } = {}) =>
        Promise.resolve(
          query['watch']
            ? channelResponse(200, wire, { 'content-type': TYPES[encoding] })
            : textResponse(200, `limit ${String(query['limit'])}`),
        ),
    },
  });
  const write = (text: string) => wire.push(new TextEncoder().encode(`${text}\n`));
  const watch = async () => {
    const response = await proxy.request(pods, { query: { watch: 1 } });
    let seen = Buffer.alloc(0);
    let end: unknown = 'open';
    void (async () => {
      for await (const chunk of response.body) seen = Buffer.concat([seen, chunk]);
    })().then(
      () => (end = 'closed'),
      (error: unknown) => (end = error),
    );
    return { seen: () => seen.toString(), bytes: () => seen, end: () => end };
  };
  return { clock, proxy, wire, write, watch };
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
  proxy.strike({ do: 'cut-mid-event' });
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

it('a stream that hangs stays silent and open, while requests go on', async () => {
  const { proxy, write, watch, clock } = start();
  const stream = await watch();
  proxy.strike({ do: 'hang' }, 'pods');
  write('lost');
  await clock.settle();
  expect([stream.seen(), stream.end()]).toEqual(['', 'open']);
  expect((await proxy.request(pods)).status).toBe(200);
});

it('a delay of one kind lets what happened later elsewhere arrive before', async () => {
  const { proxy, write, watch, clock } = start();
  const late = await watch();
  proxy.strike({ do: 'delay', delayMs: 500, forMs: 60_000 }, 'pods');
  write('first');
  const other = await proxy.request(events);
  expect(await bodyOf(other.body)).not.toBe('');
  expect(late.seen()).toBe('');
  await clock.advance(500);
  expect(late.seen()).toBe('first\n');
});

it('initial events are refused, or their end withheld', async () => {
  const { proxy, write, watch, clock } = start();
  const stream = await watch();
  proxy.strike({ do: 'withhold-end' });
  write('one');
  write('{"annotations":{"k8s.io/initial-events-end":"true"}}');
  write('two');
  await clock.settle();
  expect(stream.seen()).toBe('one\ntwo\n');
  proxy.heal();
  expect(proxy.answeredAt('pods')).toBeUndefined();

  proxy.strike({ do: 'refuse-watch-list', status: 422, forMs: 1_000 });
  const initial = { watch: 1, sendInitialEvents: true };
  expect((await proxy.request(pods, { query: initial })).status).toBe(422);
  expect((await proxy.request(pods, { query: { watch: 1 } })).status).toBe(200);
});

it('what the proxy refuses in the API server’s name is in its encoding', async () => {
  const { proxy } = start('protobuf');
  proxy.strike({ do: 'refuse', status: 429, html: false, forMs: 1_000 });
  const { headers, body } = await proxy.request(pods);
  expect(headers['content-type']).toBe(PROTOBUF);
  expect(await bodyOf(body)).toContain('TooManyRequests');
});

describe('of a watch in protobuf', () => {
  const event = (version: string) =>
    encodeEvent('BOOKMARK', 'Pod', { metadata: { resourceVersion: version } });
  const versions = async (bytes: Uint8Array) => {
    const seen: string[] = [];
    const body = new ByteChannel();
    body.push(bytes);
    body.end();
    try {
      for await (const batch of createProtobufDecoder('pods', () => undefined).watch(body))
        for (const each of batch) seen.push('resourceVersion' in each ? each.resourceVersion : each.type);
    } catch (error) {
      seen.push(error instanceof Error ? error.name : 'unknown');
    }
    return seen;
  };

  it.each([
    ['cut-mid-event', []],
    ['duplicate', ['1', '1', '2']],
    ['garble', ['ApiProtocolError']],
  ] as const)('%s strikes the next frame only', async (what, expected) => {
    const { proxy, wire, watch, clock } = start('protobuf');
    const stream = await watch();
    proxy.strike({ do: what });
    wire.push(event('1'));
    wire.push(event('2'));
    await clock.settle();
    expect(await versions(stream.bytes())).toEqual(expected);
    if (what === 'cut-mid-event') expect(stream.bytes()).toHaveLength(Math.floor(event('1').length / 2));
  });

  it('an ERROR event is one to the product', async () => {
    const { proxy, wire, watch, clock } = start('protobuf');
    const stream = await watch();
    wire.push(event('1'));
    await clock.settle();
    proxy.strike({ do: 'expire', as: 'event' });
    await clock.settle();
    expect(await versions(stream.bytes())).toEqual(['1', 'ERROR']);
  });

  it('events are the same wherever the bytes are cut', () => {
    const whole = Buffer.concat(['1', '22', '333'].map(event));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 9 }), (cuts) => {
        const wire = watchWire('protobuf');
        const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const seen = at.slice(1).flatMap((to, n) => wire.split(whole.subarray(at[n], to)));
        expect(seen.map((each) => Buffer.from(each))).toEqual(['1', '22', '333'].map(event));
      }),
    );
  });
});
