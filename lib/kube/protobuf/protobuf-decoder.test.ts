import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProtocolError } from '#lib/kube/api-error.ts';
import type { Decoder, WatchEvent } from '#lib/kube/decoder.ts';
import { createJsonDecoder } from '#lib/kube/json-decoder.ts';
import { KIND_NAMES, KINDS, type KindName } from '#lib/kube/kinds.ts';
import { createValueHash } from '#lib/kube/to-model/value-hash.ts';
import { KnownParts } from '#lib/kube/to-model/known-parts.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import { arbitraryWire } from '#lib/testing/arbitrary-wire.ts';
import { encodeEvent, encodeList, encodeMessage, inEnvelope } from '#lib/testing/encode-protobuf.ts';
import { RECORDED_KINDS, recordedBytes } from '#lib/testing/recorded-objects.ts';
import { UnknownFieldError } from './message-reader.ts';
import { MESSAGE_OF } from './projection.ts';
import { createProtobufDecoder } from './protobuf-decoder.ts';

type Seen = { readonly model: unknown; readonly odd: readonly string[] };

/** Both decoders of a kind; an object is what became of it, and what was found odd about it. */
function decodersOf(kind: KindName) {
  const hash = createValueHash(Buffer.from('k'));
  const toModel = (object: Wire): Seen => {
    const odd: string[] = [];
    return { model: KINDS[kind].toModel(object, { hash, odd: (path) => odd.push(path) }), odd };
  };
  const parts = kind === 'pods' ? new KnownParts() : undefined;
  return {
    json: createJsonDecoder<Seen>(toModel),
    /** With specs read apart, as an informer has it. */
    jsonInParts: createJsonDecoder<Seen>(toModel, { parts }),
    protobuf: createProtobufDecoder<Seen>(kind, toModel),
  };
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readList(decoder: Decoder<Seen>, bytes: Buffer, size: number) {
  const objects: Seen[] = [];
  const meta = await decoder.list(cut(bytes, size), (object) => objects.push(object));
  return { objects, meta };
}

async function readWatch(decoder: Decoder<Seen>, bytes: Buffer, size: number) {
  const seen: WatchEvent<Seen>[] = [];
  for await (const events of decoder.watch(cut(bytes, size))) seen.push(...events);
  return seen;
}

describe('what a real API server sent in both encodings', () => {
  it.each(RECORDED_KINDS)('%s are the same, wherever the bytes are cut', async (kind) => {
    const { json, jsonInParts, protobuf } = decodersOf(kind);
    const expected = await readList(json, recordedBytes(`${kind}.json`), 1000);
    expect(expected.objects.length).toBeGreaterThan(0);
    for (const size of [1, 7, 1000, 1_000_000]) {
      expect(await readList(protobuf, recordedBytes(`${kind}.pb`), size)).toEqual(expected);
      expect(await readList(jsonInParts, recordedBytes(`${kind}.json`), size)).toEqual(expected);
    }
  });

  it('a watch brings the same events', async () => {
    const { json, protobuf } = decodersOf('pods');
    const expected = await readWatch(json, recordedBytes('pods.watch.jsonl'), 1000);
    expect(expected.length).toBeGreaterThan(5);
    for (const size of [1, 7, 1000, 1_000_000]) {
      expect(await readWatch(protobuf, recordedBytes('pods.watch.pb'), size)).toEqual(expected);
    }
  });
});

describe('any object', () => {
  it.each(KIND_NAMES)('%s become the same from both encodings', async (kind) => {
    const { json, jsonInParts, protobuf } = decodersOf(kind);
    const message = MESSAGE_OF[kind];
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryWire(message), { maxLength: 2 }),
        fc.integer({ min: 1, max: 500 }),
        async (items, size) => {
          const metadata = { resourceVersion: '7', continue: 'abc' };
          const list = Buffer.from(JSON.stringify({ kind: `${message}List`, metadata, items }));
          const expected = await readList(json, list, 500);
          expect(await readList(protobuf, encodeList(message, metadata, items), size)).toEqual(expected);
          expect(await readList(jsonInParts, list, size)).toEqual(expected);

          const frames = items.map((item) => encodeEvent('MODIFIED', message, item));
          const lines = items.map((object) => `${JSON.stringify({ type: 'MODIFIED', object })}\n`);
          expect(await readWatch(protobuf, Buffer.concat(frames), size)).toEqual(
            await readWatch(json, Buffer.from(lines.join('')), 500),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is broken', () => {
  it('every proper beginning of a list is refused', async () => {
    const { protobuf } = decodersOf('services');
    const whole = recordedBytes('services.pb');
    // Behind the list itself stand two empty fields, which nothing depends on.
    for (let length = 0; length < whole.length - 4; length++) {
      await expect(readList(protobuf, whole.subarray(0, length), 4096)).rejects.toThrow(ApiProtocolError);
    }
  });

  it('of a watch cut anywhere exactly the whole events are seen', async () => {
    const { protobuf } = decodersOf('pods');
    const whole = recordedBytes('pods.watch.pb');
    const all = await readWatch(protobuf, whole, 1_000_000);
    const ends: number[] = [];
    for (let at = 0; at < whole.length;) ends.push((at += 4 + whole.readUInt32BE(at)));
    for (let length = 0; length <= (ends[1] ?? 0); length++) {
      const seen = await readWatch(protobuf, whole.subarray(0, length), 4096);
      expect(seen).toEqual(all.slice(0, ends.filter((end) => end <= length).length));
    }
  });

  it('bytes changed anywhere end in an error or in objects, never in anything else', async () => {
    const { protobuf } = decodersOf('pods');
    const watch = recordedBytes('pods.watch.pb');
    const list = recordedBytes('pods.pb');
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
    const changed = (bytes: Buffer, at: readonly (readonly [number, number])[]) => {
      const copy = Buffer.from(bytes);
      for (const [place, byte] of at) copy[place % copy.length] = byte;
      return copy;
    };
    const orProtocolError = (error: unknown) => expect(error).toBeInstanceOf(ApiProtocolError);
    await fc.assert(
      fc.asyncProperty(changes, async (at) => {
        await readWatch(protobuf, changed(watch, at), 4096).catch(orProtocolError);
        await readList(protobuf, changed(list, at), 4096).catch(orProtocolError);
      }),
      { numRuns: 500 },
    );
  });

  it('random bytes behind the first four are never a list', async () => {
    const { protobuf } = decodersOf('pods');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const body = Buffer.concat([Buffer.from('k8s\0', 'latin1'), bytes]);
        await expect(readList(protobuf, body, 50)).rejects.toThrow(ApiProtocolError);
      }),
    );
  });

  it.each([
    ['an empty body', Buffer.alloc(0), /empty body/],
    ['a web page', Buffer.from('<!DOCTYPE html>'), /not protobuf/],
    ['another kind', encodeList('Pod', { resourceVersion: '1' }, []), /PodList/],
    ['a list without a version', encodeList('Service', {}, []), /not a Kubernetes list/],
    ['a single object', inEnvelope('Service', Buffer.alloc(0)), /is a Service/],
  ])('%s is refused in words', async (_name, bytes, message) => {
    await expect(readList(decodersOf('services').protobuf, bytes, 5)).rejects.toThrow(message);
  });

  it('a frame that claims to be endless is not waited for', async () => {
    const { protobuf } = decodersOf('pods');
    const bytes = Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2]);
    await expect(readWatch(protobuf, bytes, 6)).rejects.toThrow(/a frame of 4294967295 bytes/);
  });

  it('whole events before a bad one still count', async () => {
    const good = encodeEvent('BOOKMARK', 'Pod', { metadata: { resourceVersion: '3' } });
    const bad = encodeEvent('SURPRISE', 'Pod', {});
    const seen: unknown[] = [];
    const reading = async () => {
      for await (const events of decodersOf('pods').protobuf.watch(cut(Buffer.concat([good, bad]), 1000)))
        seen.push(...events);
    };
    await expect(reading()).rejects.toThrow(ApiProtocolError);
    expect(seen).toEqual([{ type: 'BOOKMARK', resourceVersion: '3' }]);
  });
});

it('an ERROR event is the Status it carries', async () => {
  const status = { message: 'too old resource version', reason: 'Expired', code: 410 };
  const [event] = await readWatch(decodersOf('pods').protobuf, encodeEvent('ERROR', 'Status', status), 50);
  expect(event).toMatchObject({ type: 'ERROR', error: { code: 410, reason: 'Expired' } });
});

it('a template with a field of a newer Kubernetes is not read without it', async () => {
  const { protobuf } = decodersOf('jobs');
  // Field 1000 of the PodSpec.
  const spec = Buffer.from([0xc0, 0x3e, 1]);
  const nested = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
  const template = nested(6, nested(2, spec));
  const job = Buffer.concat([nested(1, encodeMessage('ObjectMeta', {})), nested(2, template)]);
  const meta = nested(1, encodeMessage('ListMeta', { resourceVersion: '1' }));
  const list = inEnvelope('JobList', Buffer.concat([meta, nested(2, job)]));
  await expect(readList(protobuf, list, 100)).rejects.toThrow(UnknownFieldError);
});
