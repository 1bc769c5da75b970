import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { objectParts } from './json-object-parts.ts';
import { asWire, asWires } from './to-model/wire.ts';

const parts = (object: unknown, { depth = 1, cutsSpec = false } = {}) =>
  objectParts(Buffer.from(JSON.stringify(object)), depth, { cutsSpec });
const cut = (object: unknown, depth?: number) => parts(object, { depth }).json;

describe('managedFields', () => {
  it('of recorded objects are emptied and nothing else is touched', () => {
    for (const object of asWires(asWire(JSON.parse(recordedBytes('pods.json').toString()))['items'])) {
      const metadata = { ...asWire(object['metadata']), managedFields: [] };
      expect(JSON.parse(cut(object))).toEqual({ ...object, metadata });
    }
  });

  it('of a watch event are one brace deeper', () => {
    const event = { type: 'ADDED', object: { metadata: { name: 'a', managedFields: [{ manager: ']' }] } } };
    expect(cut(event, 2)).toBe('{"type":"ADDED","object":{"metadata":{"name":"a","managedFields":[]}}}');
  });

  it('of a template stay: they count for its hash', () => {
    const template = { metadata: { managedFields: [{ manager: 'a' }] } };
    const object = { metadata: { name: 'a' }, spec: { template } };
    expect(cut(object)).toBe(JSON.stringify(object));
  });

  it('are cut out of any object without a trace in the rest', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.jsonValue(),
        fc.array(fc.jsonValue()),
        (before, after, managedFields) => {
          const note = '"managedFields":[{';
          const object = { note, metadata: { note, before, managedFields, after }, after };
          const emptied = { ...object, metadata: { ...object.metadata, managedFields: [] } };
          const text = cut(object);
          expect(text).toBe(JSON.stringify(emptied));
        },
      ),
    );
  });

  it('that never end leave the text as it came, to fail in JSON.parse', () => {
    const torn = '{"metadata":{"managedFields":[{"a":"';
    expect(objectParts(Buffer.from(torn), 1, { cutsSpec: true })).toEqual({ json: torn, spec: undefined });
  });
});

describe('a spec', () => {
  const metadata = { name: 'a', managedFields: [{ manager: 'b' }] };

  it('is given apart, wherever it stands', () => {
    const spec = { note: '"spec":{ \\" }', spec: { spec: {} }, list: [{}] };
    for (const object of [
      { metadata, spec, status: { phase: 'x' } },
      { spec, status: {}, metadata },
    ]) {
      const found = parts(object, { cutsSpec: true });
      expect(JSON.parse(found.json)).toEqual({
        ...object,
        metadata: { name: 'a', managedFields: [] },
        spec: {},
      });
      expect(found.spec?.toString()).toBe(JSON.stringify(spec));
    }
  });

  it('of a template or in metadata stays where it is', () => {
    const object = { metadata: { spec: {} }, template: { spec: {} } };
    expect(parts(object, { cutsSpec: true })).toEqual({ json: JSON.stringify(object), spec: undefined });
  });

  it('and the rest are the object, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (spec, other) => {
        const event = { type: 'ADDED', object: { metadata: { other }, spec, status: other } };
        const { json, spec: bytes } = parts(event, { depth: 2, cutsSpec: true });
        expect(JSON.parse(json)).toEqual(
          JSON.parse(JSON.stringify({ ...event, object: { ...event.object, spec: {} } })),
        );
        expect(bytes?.toString()).toBe(JSON.stringify(spec));
      }),
    );
  });
});
