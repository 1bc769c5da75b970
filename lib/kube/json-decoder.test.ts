import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiProtocolError } from './api-error.ts';
import { createJsonDecoder } from './json-decoder.ts';
import type { Wire } from './to-model/wire.ts';

const decoder = createJsonDecoder<Wire>((object) => object);

/** `text` as UTF-8, cut into pieces of the given sizes (repeated). */
async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const anyObject = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { noNullPrototype: true });

async function readList(text: string, pieces: readonly number[]) {
  const items: Wire[] = [];
  const meta = await decoder.list(cut(text, pieces), (item) => items.push(item));
  return { items, meta };
}

describe('list', () => {
  it('finds the same items as a whole parse, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyObject, { maxLength: 6 }),
        sizes,
        fc.boolean(),
        fc.boolean(),
        async (items, pieces, last, pretty) => {
          const metadata = { resourceVersion: '7', note: '"items":[{' };
          const list = last ? { kind: 'PodList', metadata, items } : { items, kind: 'PodList', metadata };
          const text = JSON.stringify(list, null, pretty ? 2 : undefined);
          expect(await readList(text, pieces)).toEqual({
            items: (JSON.parse(text) as { items: unknown[] }).items,
            meta: { resourceVersion: '7', continue: undefined },
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes a list without items, or with null, as empty', async () => {
    for (const items of ['', ',"items":null', ',"items":[]']) {
      const text = `{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"abc"}${items}}`;
      expect(await readList(text, [9])).toEqual({
        items: [],
        meta: { resourceVersion: '7', continue: 'abc' },
      });
    }
  });

  it('refuses every proper beginning of a list', async () => {
    const text =
      '{"kind":"PodList","items":[{"metadata":{"name":"a"}},{"b":"c"}],"metadata":{"resourceVersion":"7"}}';
    for (let length = 0; length < text.length; length++) {
      await expect(readList(text.slice(0, length), [11])).rejects.toThrow(ApiProtocolError);
    }
  });

  it.each([
    ['<!DOCTYPE html><title>Login</title>', /web page/],
    ['<html>'.padEnd(3_000_000, 'x'), /web page/],
    ['Hello', /not JSON/],
    ['', /empty body/],
    ['{"kind":"Status"}', /not a Kubernetes list/],
    ['{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{]}]}', /not JSON/],
  ])('refuses %.20s in words', async (text, message) => {
    await expect(readList(text, [1000])).rejects.toThrow(message);
  });
});

describe('watch', () => {
  it('yields the same events wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyObject, { maxLength: 5 }), sizes, async (objects, pieces) => {
        const text = objects.map((object) => `${JSON.stringify({ type: 'ADDED', object })}\n`).join('');
        const seen: unknown[] = [];
        for await (const events of decoder.watch(cut(text, pieces))) seen.push(...events);
        expect(seen.map((event) => (event as { object: unknown }).object)).toEqual(
          objects.map((object) => JSON.parse(JSON.stringify(object)) as unknown),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['an unknown type', '{"type":"SURPRISE","object":{}}'],
    ['no object', '{"type":"ADDED"}'],
    ['no JSON', 'oops'],
  ])('an event with %s is an error after the events before it', async (_name, bad) => {
    const seen: unknown[] = [];
    const reading = async () => {
      const text = `{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"3"}}}\n${bad}\n`;
      for await (const events of decoder.watch(cut(text, [1000]))) seen.push(...events);
    };
    await expect(reading()).rejects.toThrow(ApiProtocolError);
    expect(seen).toEqual([{ type: 'BOOKMARK', resourceVersion: '3' }]);
  });
});
