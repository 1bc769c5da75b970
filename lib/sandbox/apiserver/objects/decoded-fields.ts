import type { Field } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import { messageOf } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import type { Json, JsonObject } from './json.ts';
import { isArray, isObject } from './json.ts';

/** A value of the wrong type, in the words of Go's two ways to read an object. */
export type WrongType = {
  /** encoding/json: `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`. */
  readonly decoded: string;
  /** apimachinery's converter, which strategic patches go through: `unrecognized type: int32`. */
  readonly converted: string;
};

export type Decoded = {
  /** Without the fields its type does not have: nothing else would be stored. */
  readonly object: JsonObject;
  /** Paths as Go's strict decoder writes them: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: readonly string[];
  /** The first one. */
  readonly wrong?: WrongType;
};

type Findings = { readonly unknown: string[]; readonly wrong: WrongType[] };

/** Reads `object` as the message `root` of the field table, as Go would read it into the struct. */
export function decodedAs(root: string, object: JsonObject): Decoded {
  const findings: Findings = { unknown: [], wrong: [] };
  const { apiVersion, kind, ...content } = object;
  const decoded = decodeMessage(root, content, { path: '', findings });
  const [wrong] = findings.wrong;
  return {
    object: {
      ...(apiVersion !== undefined && { apiVersion }),
      ...(kind !== undefined && { kind }),
      ...decoded,
    },
    unknown: findings.unknown,
    ...(wrong && { wrong }),
  };
}

type Place = { readonly path: string; readonly findings: Findings };

function decodeMessage(type: string, object: JsonObject, { path, findings }: Place): JsonObject {
  const fields = fieldsOf(type);
  if (!fields) return object;
  const decoded: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(object)) {
    const below = path === '' ? key : `${path}.${key}`;
    const field = fields.get(key);
    if (!field) {
      if (!key.startsWith('$')) findings.unknown.push(below);
    } else decoded[key] = decodeField(value, { struct: type, field, path: below, findings });
  }
  return decoded;
}

type FieldPlace = Place & { readonly struct: string; readonly field: Field };

function decodeField(value: Json | undefined, place: FieldPlace): Json | undefined {
  const { field, path, findings } = place;
  if (value === null || value === undefined) return value;
  if (field.shape === 'list') {
    if (!isArray(value)) return mismatch(value, place, { go: `[]${goType(field.type)}`, restore: 'slice' });
    return value.map((item, index) =>
      isObject(item) && messageOf(field.type)
        ? decodeMessage(field.type, item, { path: `${path}[${index}]`, findings })
        : (decodeScalar(item, place) ?? null),
    );
  }
  if (field.shape === 'map') {
    if (!isObject(value))
      return mismatch(value, place, { go: `map[string]${goType(field.type)}`, restore: 'map' });
    if (!messageOf(field.type)) Object.values(value).forEach((item) => decodeScalar(item, place));
    return value;
  }
  if (!messageOf(field.type)) return decodeScalar(value, place);
  if (!isObject(value)) return mismatch(value, place, { go: goType(field.type), restore: 'struct' });
  return decodeMessage(field.type, value, { path, findings });
}

const TYPE_OF: Readonly<Record<string, string>> = {
  int32: 'number',
  int64: 'number',
  bool: 'boolean',
  string: 'string',
  bytes: 'string',
};

function decodeScalar(value: Json | undefined, place: FieldPlace): Json | undefined {
  const { type } = place.field;
  if (type === 'Quantity') return decodeQuantity(value, place);
  const wanted = messageOf(type) ? 'object' : TYPE_OF[type];
  if (wanted === undefined || value === null || value === undefined || typeof value === wanted) return value;
  return mismatch(value, place, { go: goType(type) });
}

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const QUANTITY_RULE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function decodeQuantity(value: Json | undefined, { findings }: FieldPlace): Json | undefined {
  const isQuantity = typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value));
  if (!isQuantity) findings.wrong.push({ decoded: QUANTITY_RULE, converted: QUANTITY_RULE });
  return value;
}

type Wanted = {
  readonly go: string;
  /** How the converter calls what it cannot make of the value; scalars are named by their type. */
  readonly restore?: string;
};

function mismatch(value: Json, { struct, path, findings }: FieldPlace, { go, restore }: Wanted): Json {
  const name = path.replaceAll(/\[\d+\]/g, '');
  const found = isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  findings.wrong.push({
    decoded: `json: cannot unmarshal ${found} into Go struct field ${struct}.${name} of type ${go}`,
    converted:
      restore === undefined ? `unrecognized type: ${go}` : `cannot restore ${restore} from: ${found}`,
  });
  return value;
}

const goType = (type: string): string =>
  messageOf(type) ? `v1.${type}` : type === 'bytes' ? '[]uint8' : type;

/** The JSON fields of a message, with those of Go's inline structs; undefined for scalars and opaque types. */
function fieldsOf(type: string): ReadonlyMap<string, Field> | undefined {
  const message = messageOf(type);
  if (!message) return undefined;
  const inlined = [...message.byName.values()].filter(({ shape }) => shape === 'inline');
  if (inlined.length === 0) return message.byName;
  return new Map([...message.byName, ...inlined.flatMap((field) => [...(fieldsOf(field.type) ?? [])])]);
}
