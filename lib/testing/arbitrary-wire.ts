import fc from 'fast-check';
import { fieldSpec, FIELD_TABLE, type FieldSpec } from '#lib/kube/protobuf/message-shape.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';

const words = fc.constantFrom(
  'Always',
  'True',
  'False',
  'Running',
  'Exists',
  'HTTPS',
  'Warning',
  'Pod',
  'app.kubernetes.io/name',
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
  'spec.containers{app}',
  '7',
);
const texts = fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 90 }), fc.constant(''));
const keys = fc.oneof(words, fc.string({ maxLength: 12 })).filter((key) => key !== '__proto__');
const numbers = fc.oneof(fc.nat(100), fc.constant(0), fc.integer(), fc.maxSafeInteger());
const seconds = fc.integer({ min: -10, max: 4_000_000_000 });
const times = seconds.map((at) => new Date(at * 1000).toISOString().replace('.000Z', 'Z'));
const microTimes = fc
  .tuple(seconds, fc.nat(999_999))
  .map(([at, micros]) =>
    new Date(at * 1000).toISOString().replace('000Z', `${micros}`.padStart(6, '0') + 'Z'),
  );

/** Of the optional fields of a message so many are there at once. */
const MANY = 6;

/**
 * Any object of a message as the API server could show it in JSON, from the field table: zeros left out where Go's
 * `omitempty` leaves them out, structs always there.
 */
export function arbitraryWire(message: string): fc.Arbitrary<Wire> {
  return fc.constant(message).chain(messageOf);
}

function messageOf(message: string): fc.Arbitrary<Wire> {
  const fields = Object.entries(FIELD_TABLE[message] ?? {}).map(([name, entry]) => ({
    name,
    spec: fieldSpec(entry),
  }));
  const fixed = fields.filter(({ spec }) => isAlwaysThere(spec));
  const free = fields.filter(({ spec }) => !isAlwaysThere(spec));
  return fc.subarray(free, { maxLength: Math.min(MANY, free.length) }).chain((some) =>
    fc
      .tuple(
        // By number, as in protobuf: of two sources of a volume the first counts.
        ...[...fixed, ...some]
          .toSorted((a, b) => a.spec.number - b.spec.number)
          .map(({ name, spec }) => valueOf(spec).map((value) => ({ name, spec, value }))),
      )
      .map((values) => Object.assign({}, ...values.map(shown)) as Wire),
  );
}

const isAlwaysThere = ({ type, isPointer, isList, isMap, isAlways, isInline }: FieldSpec): boolean =>
  isInline || (!isPointer && !isList && !isMap && (isAlways || type in FIELD_TABLE));

type Value = { readonly name: string; readonly spec: FieldSpec; readonly value: unknown };

function shown({ name, spec, value }: Value): Wire {
  if (spec.isInline) return value as Wire;
  const isZero = value === '' || value === 0 || value === false;
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  const isHidden = (isZero && !spec.isPointer && !spec.isAlways) || (isEmpty && (spec.isList || spec.isMap));
  return isHidden ? {} : { [name]: value };
}

function valueOf(spec: FieldSpec): fc.Arbitrary<unknown> {
  const one = single(spec.type);
  if (spec.isList) return fc.array(one, { maxLength: 3 });
  return spec.isMap ? fc.dictionary(keys, one, { maxKeys: 4, noNullPrototype: true }) : one;
}

function single(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return texts;
    case 'int':
      return numbers;
    case 'bool':
      return fc.boolean();
    case 'time':
      return fc.oneof(times, fc.constant(null));
    case 'microTime':
      return fc.oneof(microTimes, fc.constant(null));
    case 'quantity':
      return fc.constantFrom('100m', '1', '64Mi', '0', '1500m');
    case 'intOrString':
      return fc.oneof(fc.nat(65535), texts);
    case 'rawJson':
      return fc.oneof(
        fc.record({ spec: fc.record({ template: arbitraryWire('PodTemplateSpec') }) }),
        fc.object({ maxDepth: 2 }).map((object): unknown => JSON.parse(JSON.stringify(object))),
      );
    default:
      return arbitraryWire(type);
  }
}
