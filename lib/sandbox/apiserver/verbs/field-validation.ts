import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import type { Field } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import { messageOf, rootMessage } from '#lib/sandbox/apiserver/protobuf/field-table.ts';
import { groupVersion } from '#lib/sandbox/apiserver/resources.ts';
import type { ResourceRequest } from '#lib/sandbox/apiserver/server-context.ts';
import type { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { badRequest } from '#lib/sandbox/apiserver/status-error.ts';

/** What a client prints before the result of its request. */
export function warningHeaders(texts: readonly string[]): Readonly<Record<string, string>> {
  if (texts.length === 0) return {};
  return { Warning: texts.map((text) => `299 - ${JSON.stringify(text)}`).join(', ') };
}

/**
 * Checks `fieldValidation`: Strict throws for unknown fields (400, or what `refuse` makes of it), Warn (the default)
 * answers with a warning for each. Kinds the field table does not cover are not checked.
 */
export function fieldWarnings(
  { query, resource, subresource }: ResourceRequest,
  body: JsonObject,
  refuse: (why: string) => StatusError = badRequest,
): readonly string[] {
  const mode = query.get('fieldValidation') ?? 'Warn';
  const root =
    mode === 'Ignore' || subresource !== undefined
      ? undefined
      : rootMessage(groupVersion(resource), resource.kind);
  if (root === undefined) return [];
  const unknown = unknownFields(root, body, '').filter((path) => path !== 'apiVersion' && path !== 'kind');
  if (unknown.length === 0) return [];
  const texts = unknown.map((path) => `unknown field "${path}"`);
  if (mode === 'Strict') throw refuse(`strict decoding error: ${texts.join(', ')}`);
  return texts;
}

/** Paths as Go's strict decoder writes them: `spec.template.spec.containers[0].imagee`. */
function unknownFields(type: string, object: JsonObject, prefix: string): readonly string[] {
  const fields = fieldsOf(type);
  if (!fields) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const field = fields.get(key);
    if (!field) return key.startsWith('$') ? [] : [path];
    return inside(field, value, path);
  });
}

function inside({ type, shape }: Field, value: Json | undefined, path: string): readonly string[] {
  if (shape === 'map' || value === undefined) return [];
  if (isArray(value)) {
    return value.flatMap((item, index) =>
      isObject(item) ? unknownFields(type, item, `${path}[${index}]`) : [],
    );
  }
  return isObject(value) ? unknownFields(type, value, path) : [];
}

/** The JSON fields of a message, with those of Go's inline structs; undefined for scalars and opaque types. */
function fieldsOf(type: string): ReadonlyMap<string, Field> | undefined {
  const message = messageOf(type);
  if (!message) return undefined;
  const fields = [...message.byName.values()];
  const inlined = fields.filter(({ shape }) => shape === 'inline');
  if (inlined.length === 0) return message.byName;
  return new Map([...message.byName, ...inlined.flatMap((field) => [...(fieldsOf(field.type) ?? [])])]);
}
