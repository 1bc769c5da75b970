import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { timestamp } from '#lib/sandbox/apiserver/objects/kube-object.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';
import type { Field } from './field-table.ts';
import { messageOf, rootMessage } from './field-table.ts';
import { wireFields } from './wire.ts';

const MAGIC = Buffer.from('k8s\0');

/**
 * An object sent as `application/vnd.kubernetes.protobuf`, as JSON. kubectl sends these for `create`,
 * `auth can-i` and `auth whoami` since 1.32 and does not fall back to JSON. Throws 400 for kinds that the
 * field table does not hold.
 */
export function decodeProtobufObject(bytes: Buffer): Json {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw badRequest('the provided protobuf data does not have the expected prefix k8s\\0');
  }
  // runtime.Unknown: 1 = TypeMeta{1: apiVersion, 2: kind}, 2 = the object's own bytes.
  const envelope = new Map(
    Array.from(wireFields(bytes.subarray(MAGIC.length)), ({ number, value }) => [number, value]),
  );
  const typeMeta = new Map(
    Array.from(wireFields(asBytes(envelope.get(1))), ({ number, value }) => [number, asText(value)]),
  );
  const [apiVersion = '', kind = ''] = [typeMeta.get(1), typeMeta.get(2)];
  const root = rootMessage(apiVersion, kind);
  if (root === undefined)
    throw badRequest(`no protobuf schema for kind "${kind}" in version "${apiVersion}"; send JSON`);
  return { apiVersion, kind, ...decodeMessage(root, asBytes(envelope.get(2))) };
}

type Mutable = Record<string, Json | undefined>;

function decodeMessage(type: string, bytes: Buffer): JsonObject {
  const message = messageOf(type);
  const decoded: Mutable = {};
  for (const { number, value } of wireFields(bytes)) {
    const field = message?.byNumber.get(number);
    if (field) SHAPES[field.shape](decoded, field, value);
  }
  return decoded;
}

type Wire = bigint | Buffer;

const SHAPES: Readonly<Record<Field['shape'], (into: Mutable, field: Field, value: Wire) => void>> = {
  one: (into, field, value) => {
    const decoded = decodeValue(field.type, value);
    if (field.optional || !isZero(decoded)) into[field.name] = decoded;
  },
  list: (into, field, value) => {
    const known = into[field.name];
    into[field.name] = [
      ...(Array.isArray(known) ? (known as readonly Json[]) : []),
      decodeValue(field.type, value) ?? null,
    ];
  },
  map: (into, field, value) => {
    const known = into[field.name];
    const entry = new Map(Array.from(wireFields(asBytes(value)), (part) => [part.number, part.value]));
    const item = decodeValue(field.type, entry.get(2) ?? Buffer.alloc(0));
    into[field.name] = { ...(isObject(known) ? known : {}), [asText(entry.get(1))]: item };
  },
  inline: (into, field, value) => {
    Object.assign(into, decodeValue(field.type, value));
  },
};

/** Go writes every field that is not a pointer; JSON leaves such zero values out. */
function isZero(value: Json | undefined): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}

const SCALARS: Readonly<Record<string, (value: Wire) => Json | undefined>> = {
  string: asText,
  bytes: (value) => asBytes(value).toString('base64'),
  bool: (value) => value === 1n,
  int32: asNumber,
  int64: asNumber,
  // Types whose JSON form is not that of their fields.
  Quantity: (value) => asText(firstField(value, 1)),
  FieldsV1: (value) => JSON.parse(asText(firstField(value, 1)) || '{}') as Json,
  IntOrString: (value) =>
    asNumber(firstField(value, 1) ?? 0n) === 1
      ? asText(firstField(value, 3))
      : asNumber(firstField(value, 2) ?? 0n),
  Time: (value) => {
    const seconds = firstField(value, 1);
    return seconds === undefined ? undefined : timestamp(asNumber(seconds) * 1000);
  },
  Opaque: () => undefined,
};

function decodeValue(type: string, value: Wire): Json | undefined {
  const scalar = SCALARS[type];
  return scalar ? scalar(value) : decodeMessage(type, asBytes(value));
}

function firstField(value: Wire, number: number): Wire | undefined {
  for (const field of wireFields(asBytes(value))) if (field.number === number) return field.value;
  return undefined;
}

function asBytes(value: Wire | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function asText(value: Wire | undefined): string {
  return asBytes(value).toString('utf8');
}

function asNumber(value: Wire): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}
