import { mergeKey } from '#lib/sandbox/apiserver/patch/merge-keys.ts';
import type { Json, JsonObject } from './json.ts';
import { isArray, isEqual, isObject } from './json.ts';

/**
 * Fields of an object as managedFields writes them (structured-merge-diff, FieldsV1): `f:name` for a field,
 * `k:{"name":"app"}` for an element of a keyed list, `.` for the thing itself.
 */
export type FieldSet = JsonObject;

/** Server-owned parts of an object: nobody manages them. */
const UNMANAGED_META = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'generateName',
]);

/** Every field that `object` sets. */
export function fieldsOf(object: JsonObject, kind: string): FieldSet {
  return changedFields(undefined, object, kind);
}

/**
 * Every field a configuration states, as server-side apply owns them: what is in a map, not the map itself, but the
 * elements of keyed lists themselves too (structured-merge-diff, typed, ToFieldSet).
 */
export function appliedFields(object: JsonObject, kind: string): FieldSet {
  return withoutMaps(fieldsOf(object, kind));
}

function withoutMaps(set: FieldSet): FieldSet {
  const entries = Object.entries(set).map(([key, below]): [string, Json] => {
    if (!isObject(below)) return [key, below ?? {}];
    const { '.': itself, ...inside } = withoutMaps(below);
    return [key, key.startsWith('f:') || itself === undefined ? inside : { '.': itself, ...inside }];
  });
  return Object.fromEntries(entries);
}

/** The fields of `after` that are not as they were in `before`. */
export function changedFields(before: JsonObject | undefined, after: JsonObject, kind: string): FieldSet {
  const set: Record<string, Json> = {};
  for (const [key, value] of Object.entries(after)) {
    if (key === 'apiVersion' || key === 'kind' || value === undefined || isEqual(value, before?.[key]))
      continue;
    const fields =
      key === 'metadata'
        ? metadataFields(before?.metadata, value, kind)
        : changed(before?.[key], value, kind, key);
    if (fields) set[`f:${key}`] = fields;
  }
  return set;
}

function metadataFields(before: Json | undefined, after: Json, kind: string): Json | undefined {
  if (!isObject(after)) return undefined;
  const own = (meta: Json | undefined): JsonObject =>
    Object.fromEntries(
      Object.entries(isObject(meta) ? meta : {}).filter(([key]) => !UNMANAGED_META.has(key)),
    );
  return changed(own(before), own(after), kind, 'metadata');
}

/** Undefined when nothing below differs; `{}` for a leaf. */
function changed(before: Json | undefined, after: Json, kind: string, field: string): FieldSet | undefined {
  if (before !== undefined && isEqual(before, after)) return undefined;
  if (isObject(after)) return changedMap(before, after, kind);
  const key = isArray(after) ? mergeKey(kind, field) : undefined;
  return key === undefined ? LEAF : changedList(before, after, kind, key);
}

const LEAF: FieldSet = {};

function changedMap(before: Json | undefined, after: JsonObject, kind: string): FieldSet {
  const known = isObject(before) ? before : undefined;
  const set: Record<string, Json> = known === undefined && Object.keys(after).length > 0 ? { '.': {} } : {};
  for (const [key, value] of Object.entries(after)) {
    const below = value === undefined ? undefined : changed(known?.[key], value, kind, key);
    if (below) set[`f:${key}`] = below;
  }
  return set;
}

function changedList(before: Json | undefined, after: Json, kind: string, key: string): FieldSet {
  const known = isArray(before) ? before.filter(isObject) : [];
  const set: Record<string, Json> = before === undefined ? { '.': {} } : {};
  for (const item of isArray(after) ? after.filter(isObject) : []) {
    const id = item[key];
    const was = known.find((element) => isEqual(element[key], id));
    const below = changed(was, item, kind, '');
    if (below) set[elementKey(key, id)] = below;
  }
  return set;
}

export function elementKey(key: string, id: Json | undefined): string {
  return `k:${JSON.stringify({ [key]: id ?? null })}`;
}

/** `set` without the fields of `other`. */
export function minus(set: FieldSet, other: FieldSet): FieldSet {
  const rest: Record<string, Json> = {};
  for (const [key, below] of Object.entries(set)) {
    const theirs = other[key];
    if (theirs === undefined) rest[key] = below ?? {};
    else if (isObject(below) && isObject(theirs) && !isLeaf(below)) {
      const left = minus(below, theirs);
      if (Object.keys(left).length > 0) rest[key] = left;
    }
  }
  return rest;
}

/** The fields of `set` that are also in `other`. */
export function intersection(set: FieldSet, other: FieldSet): FieldSet {
  const both: Record<string, Json> = {};
  for (const [key, below] of Object.entries(set)) {
    const theirs = other[key];
    if (theirs === undefined) continue;
    if (!isObject(below) || !isObject(theirs) || isLeaf(below)) both[key] = below ?? {};
    else {
      const left = intersection(below, theirs);
      if (Object.keys(left).length > 0) both[key] = left;
    }
  }
  return both;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  const both: Record<string, Json | undefined> = { ...left };
  for (const [key, below] of Object.entries(right)) {
    const known = both[key];
    both[key] = isObject(known) && isObject(below) ? union(known, below) : below;
  }
  return both;
}

/** Leaves that are in both sets, as paths such as `.spec.replicas`. */
export function sharedLeaves(left: FieldSet, right: FieldSet, prefix = ''): readonly string[] {
  return Object.entries(left).flatMap(([key, below]) => {
    const theirs = right[key];
    if (key === '.' || !isObject(below) || !isObject(theirs)) return [];
    const path = prefix + pathElement(key);
    if (isEmpty(below) || isEmpty(theirs)) return [path];
    // To have set a map or list itself is not to own what others put into it.
    return sharedLeaves(below, theirs, path);
  });
}

const isEmpty = (set: FieldSet): boolean => Object.keys(set).length === 0;

export function isLeaf(set: FieldSet): boolean {
  return Object.keys(set).every((key) => key === '.');
}

function pathElement(key: string): string {
  if (key.startsWith('f:')) return `.${key.slice(2)}`;
  const id = JSON.parse(key.slice(2)) as JsonObject;
  return `[${Object.entries(id)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
