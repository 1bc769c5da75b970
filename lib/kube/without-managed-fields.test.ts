import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedBytes } from '#lib/testing/recorded-objects.ts';
import { asWire, asWires } from './to-model/wire.ts';
import { withoutManagedFields } from './without-managed-fields.ts';

const cut = (object: unknown, depth = 2) => withoutManagedFields(Buffer.from(JSON.stringify(object)), depth);

describe('managedFields', () => {
  it('of recorded objects are emptied and nothing else is touched', () => {
    for (const object of asWires(asWire(JSON.parse(recordedBytes('pods.json').toString()))['items'])) {
      const metadata = { ...asWire(object['metadata']), managedFields: [] };
      expect(JSON.parse(cut(object))).toEqual({ ...object, metadata });
    }
  });

  it('of a watch event are one brace deeper', () => {
    const event = { type: 'ADDED', object: { metadata: { name: 'a', managedFields: [{ manager: ']' }] } } };
    expect(cut(event, 3)).toBe('{"type":"ADDED","object":{"metadata":{"name":"a","managedFields":[]}}}');
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
          // A value may hold the key itself, first and deeper: then nothing is cut.
          const expected = JSON.stringify(before).includes('"managedFields":[') ? object : emptied;
          expect(text).toBe(JSON.stringify(expected));
        },
      ),
    );
  });

  it('that never end leave the text as it came, to fail in JSON.parse', () => {
    const torn = '{"metadata":{"managedFields":[{"a":"';
    expect(withoutManagedFields(Buffer.from(torn), 2)).toBe(torn);
  });
});
