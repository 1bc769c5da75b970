import { describe, expect, it } from 'vitest';
import { encodeEvent } from '#lib/testing/encode-protobuf.ts';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { INITIAL_EVENTS_END } from './bookmark.ts';
import type { Decoder } from './decoder.ts';
import { createJsonDecoder } from './json-decoder.ts';
import { createProtobufDecoder } from './protobuf/protobuf-decoder.ts';
import type { Wire } from './to-model/wire.ts';

const keep = (object: Wire) => object;

describe.each<[string, Decoder<Wire>, (object: Wire) => Buffer]>([
  [
    'JSON',
    createJsonDecoder(keep),
    (object) => Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`),
  ],
  ['protobuf', createProtobufDecoder('pods', keep), (object) => encodeEvent('BOOKMARK', 'Pod', object)],
])('a bookmark in %s', (_encoding, decoder, encode) => {
  it.each<[string, Wire, object]>([
    ['is a version', {}, {}],
    ['may end initial events', { [INITIAL_EVENTS_END]: 'true' }, { endsInitialEvents: true }],
    ['ends them with "true" alone', { [INITIAL_EVENTS_END]: 'false' }, {}],
    ['may carry other annotations', { 'example.com/x': 'true' }, {}],
  ])('%s', async (_what, annotations, expected) => {
    const bytes = encode({ metadata: { resourceVersion: '7', annotations } });
    const body = (async function* () {
      for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
    })();
    const seen: unknown[] = [];
    for await (const events of decoder.watch(body)) seen.push(...events);
    expect(seen).toEqual([{ type: 'BOOKMARK', resourceVersion: '7', ...expected }]);
  });
});

it('ends the initial events as Kubernetes 1.35 wrote them in protobuf', async () => {
  const body = (async function* () {
    yield await Promise.resolve(recordedBytes('services.initial-events.pb'));
  })();
  const seen: unknown[] = [];
  for await (const events of createProtobufDecoder('services', keep).watch(body)) seen.push(...events);
  expect(seen).toMatchObject([
    { type: 'ADDED', object: { metadata: { namespace: 'default', name: 'kubernetes' } } },
    { type: 'BOOKMARK', resourceVersion: expect.stringMatching(/^\d+$/) as string, endsInitialEvents: true },
  ]);
});
