import { fieldSpec, FIELD_TABLE, type FieldSpec } from '#lib/kube/protobuf/message-shape.ts';
import { asWire, type Wire } from '#lib/kube/to-model/wire.ts';

/**
 * Writes objects in protobuf as an API server would: what is no pointer is always there, zero or not (gogo's generated
 * marshallers). For tests, which have recorded bytes as a second witness.
 */
export function encodeMessage(message: string, object: Wire): Buffer {
  const parts: Buffer[] = [];
  for (const { name, spec } of fieldsOf(message)) {
    const value = spec.isInline ? object : object[name];
    if (spec.isMap) {
      for (const [key, item] of Object.entries(asWire(value))) {
        const pair = [encodeNested(1, Buffer.from(key)), encodeNested(2, encodeValue(spec, item))];
        parts.push(encodeNested(spec.number, Buffer.concat(pair)));
      }
    } else if (spec.isList) {
      if (Array.isArray(value)) for (const item of value) parts.push(encodeField(spec, item));
    } else if (value !== undefined || !spec.isPointer) parts.push(encodeField(spec, value));
  }
  return Buffer.concat(parts);
}

const known = new Map<string, readonly { readonly name: string; readonly spec: FieldSpec }[]>();

/** By number, as the generated marshallers write them. */
function fieldsOf(message: string) {
  const before = known.get(message);
  if (before) return before;
  const fields = Object.entries(FIELD_TABLE[message] ?? {})
    .map(([name, entry]) => ({ name, spec: fieldSpec(entry) }))
    .toSorted((a, b) => a.spec.number - b.spec.number);
  known.set(message, fields);
  return fields;
}

/** An object in the envelope that says what it is. */
export function inEnvelope(kind: string, message: Buffer): Buffer {
  const type = Buffer.concat([encodeNested(1, Buffer.from('v1')), encodeNested(2, Buffer.from(kind))]);
  const empty = Buffer.alloc(0);
  return Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    encodeNested(1, type),
    encodeNested(2, message),
    encodeNested(3, empty),
    encodeNested(4, empty),
  ]);
}

/** A whole answer: `message` is what its items are. */
export function encodeList(message: string, metadata: Wire, items: readonly Wire[]): Buffer {
  const meta = encodeNested(1, encodeMessage('ListMeta', metadata));
  const list = items.map((item) => encodeNested(2, encodeMessage(message, item)));
  return inEnvelope(`${message}List`, Buffer.concat([meta, ...list]));
}

/** One frame of a watch. */
export function encodeEvent(type: string, message: string, object: Wire): Buffer {
  const raw = encodeNested(1, inEnvelope(message, encodeMessage(message, object)));
  const event = Buffer.concat([encodeNested(1, Buffer.from(type)), encodeNested(2, raw)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

function encodeField(spec: FieldSpec, value: unknown): Buffer {
  const payload = encodeValue(spec, value);
  const isNumber = spec.type === 'int' || spec.type === 'bool';
  return isNumber ? Buffer.concat([varint(spec.number * 8), payload]) : encodeNested(spec.number, payload);
}

function encodeValue({ type }: FieldSpec, value: unknown): Buffer {
  switch (type) {
    case 'string':
      return Buffer.from(typeof value === 'string' ? value : '');
    case 'int':
      return varint(typeof value === 'number' ? value : 0);
    case 'bool':
      return varint(value === true ? 1 : 0);
    case 'time':
    case 'microTime':
      return typeof value === 'string' ? encodeTime(value) : Buffer.alloc(0);
    case 'quantity':
      return encodeNested(1, Buffer.from(typeof value === 'string' ? value : ''));
    case 'rawJson':
      return value === undefined ? Buffer.alloc(0) : encodeNested(1, Buffer.from(JSON.stringify(value)));
    case 'intOrString':
      return typeof value === 'string'
        ? Buffer.concat([varint(8), varint(1), varint(16), varint(0), encodeNested(3, Buffer.from(value))])
        : Buffer.concat([
            varint(8),
            varint(0),
            varint(16),
            varint(Number(value ?? 0)),
            encodeNested(3, Buffer.alloc(0)),
          ]);
    default:
      return encodeMessage(type, asWire(value));
  }
}

function encodeTime(text: string): Buffer {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const seconds = Math.floor(Date.parse(text) / 1000);
  return Buffer.concat([varint(8), varint(seconds), varint(16), varint(Number(fraction.padEnd(9, '0')))]);
}

/** A nested field: tag, length, bytes. */
export const encodeNested = (number: number, payload: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(payload.length), payload]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  bytes.push(Number(left));
  return Buffer.from(bytes);
}
