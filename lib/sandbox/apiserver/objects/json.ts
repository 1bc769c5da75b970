/** JSON as the API server holds it: deeply read-only, so stored objects can be handed out without copying. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object at `key`, or an empty one. */
export function objectAt(parent: Json | undefined, ...path: readonly string[]): JsonObject {
  const value = valueAt(parent, ...path);
  return isObject(value) ? value : EMPTY;
}

/** The objects of the array at `path`; anything else in it is left out. */
export function objectsAt(parent: Json | undefined, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(parent, ...path);
  return isArray(value) ? value.filter(isObject) : [];
}

export function stringAt(parent: Json | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(parent, ...path);
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(parent: Json | undefined, ...path: readonly string[]): number | undefined {
  const value = valueAt(parent, ...path);
  return typeof value === 'number' ? value : undefined;
}

export function valueAt(parent: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = parent;
  for (const key of path) {
    if (!isObject(value)) return undefined;
    value = value[key];
  }
  return value;
}

/** String entries of a map such as labels. */
export function stringMapAt(parent: Json | undefined, ...path: readonly string[]): Record<string, string> {
  const entries = Object.entries(objectAt(parent, ...path));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Structural equality; a key holding `undefined` equals a missing key, as it does on the wire. */
export function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isArray(left)) {
    return (
      isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isEqual(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  for (const key in left) if (!isEqual(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

const WRITTEN_AS_NULL = new Set(['lastProbeTime', 'eventTime', 'firstTimestamp', 'lastTimestamp']);

/**
 * A private, frozen copy of what a client sent, without nulls: Go's decoder leaves a null field at its zero
 * value, so `creationTimestamp: null` and an absent one are the same object. Some fields' zero values it writes out
 * again as null: a Pod condition's lastProbeTime, the times of an Event.
 */
export function frozenCopy(value: Json): Json {
  if (isArray(value)) return Object.freeze(value.map((item) => frozenCopy(item)));
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key in value) {
    const field = value[key];
    if (field === undefined || (field === null && !WRITTEN_AS_NULL.has(key))) continue;
    copy[key] = Object.isFrozen(field) ? field : frozenCopy(field);
  }
  return Object.freeze(copy);
}

/** Adds the fields `record` lacks; returns `record` itself when none is missing. */
export function withDefaults(record: JsonObject, defaults: JsonObject): JsonObject {
  for (const key in defaults) {
    if (record[key] === undefined && defaults[key] !== undefined) {
      return { ...defaults, ...withoutUndefined(record) };
    }
  }
  return record;
}

/** Maps the value at `key` when there is one, keeping the identity of an object that does not change. */
export function mapField(record: JsonObject, key: string, change: (value: Json) => Json): JsonObject {
  const value = record[key];
  if (value === undefined) return record;
  const changed = change(value);
  return changed === value ? record : { ...record, [key]: changed };
}

/** Maps the objects of an array, keeping the array's identity when none changes. */
export function mapObjects(value: Json, change: (item: JsonObject) => JsonObject): Json {
  if (!isArray(value)) return value;
  let changed = false;
  const items = value.map((item) => {
    if (!isObject(item)) return item;
    const next = change(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? items : value;
}

export function without(record: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

function withoutUndefined(record: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const EMPTY: JsonObject = Object.freeze({});
