import type { FieldSet } from '#lib/sandbox/apiserver/objects/field-set.ts';
import {
  elementKey,
  appliedFields,
  isLeaf,
  minus,
  sharedLeaves,
} from '#lib/sandbox/apiserver/objects/field-set.ts';
import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import {
  isArray,
  isEqual,
  isObject,
  objectAt,
  objectsAt,
  stringAt,
  valueAt,
} from '#lib/sandbox/apiserver/objects/json.ts';
import { StatusError } from '#lib/sandbox/apiserver/status-error.ts';
import { mergeKey } from './merge-keys.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

export type Application = { readonly object: JsonObject; readonly fields: FieldSet };

type Apply = {
  readonly current: JsonObject;
  readonly applied: JsonObject;
  readonly kind: string;
  readonly manager: string;
  readonly force: boolean;
};

/**
 * Server-side apply: sets what the configuration holds, removes what the same manager applied before and no
 * longer holds, and leaves the rest alone. Throws 409 when another manager owns a field that would change.
 */
export function applyPatch({ current, applied, kind, manager, force }: Apply): Application {
  const fields = appliedFields(applied, kind);
  const entries = objectsAt(current, 'metadata', 'managedFields');
  const own = entries.find((entry) => entry.manager === manager && entry.operation === 'Apply');
  const merged = strategicMergePatch(current, applied, kind);
  if (!force)
    checkConflicts(
      entries.filter((entry) => entry !== own),
      { fields, current, merged, kind, allowed: manager === 'kubectl' ? lastApplied(current) : undefined },
    );
  const abandoned = minus(objectAt(own, 'fieldsV1'), fields);
  const shared = entries
    .filter((entry) => entry !== own)
    .reduce<FieldSet>((left, entry) => minus(left, objectAt(entry, 'fieldsV1')), abandoned);
  return { object: removeFields(merged, shared, kind), fields };
}

type Proposal = {
  readonly fields: FieldSet;
  readonly current: JsonObject;
  readonly merged: JsonObject;
  readonly kind: string;
  /** What kubectl applied from the client; its fields may be taken over. */
  readonly allowed?: JsonObject;
};

/** The configuration that client-side apply left in its annotation (fieldmanager/lastappliedmanager.go). */
function lastApplied(current: JsonObject): JsonObject | undefined {
  const text = objectAt(current, 'metadata', 'annotations')[
    'kubectl.kubernetes.io/last-applied-configuration'
  ];
  try {
    const configuration = JSON.parse(typeof text === 'string' ? text : '') as Json;
    return isObject(configuration) ? configuration : undefined;
  } catch {
    return undefined;
  }
}

/** A field still as kubectl left it is its own, whoever is noted as its manager. */
function isOwn({ allowed, current, kind }: Proposal, path: string): boolean {
  if (!allowed) return false;
  const value = valueAtPath(allowed, path, kind);
  return value !== undefined && isEqual(value, valueAtPath(current, path, kind));
}

function checkConflicts(others: readonly JsonObject[], proposal: Proposal): void {
  const { fields, current, merged, kind } = proposal;
  const causes = others.flatMap((entry) =>
    sharedLeaves(fields, objectAt(entry, 'fieldsV1'))
      .filter((path) => !isEqual(valueAtPath(current, path, kind), valueAtPath(merged, path, kind)))
      .filter((path) => !isOwn(proposal, path))
      .map((path) => ({ reason: 'FieldManagerConflict', message: conflictText(entry), field: path })),
  );
  if (causes.length === 0) return;
  const managers = [...new Set(causes.map(({ message }) => message))];
  const lines = managers.map(
    (text) =>
      `${text}:\n${causes
        .filter((c) => c.message === text)
        .map((c) => `- ${c.field}`)
        .join('\n')}`,
  );
  const text = causes.length === 1 ? `${managers.join('')}: ${causes[0]?.field ?? ''}` : lines.join('\n');
  throw new StatusError({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${causes.length === 1 ? text : `conflicts with ${lines.join('\n').replace(/^conflict with /, '')}`}`,
    details: { causes },
  });
}

function conflictText(entry: JsonObject): string {
  const using = entry.operation === 'Update' ? ` using ${stringAt(entry, 'apiVersion') ?? ''}` : '';
  const subresource = stringAt(entry, 'subresource');
  const part = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return `conflict with "${stringAt(entry, 'manager') ?? ''}"${part}${using}`;
}

/** The value at a path of `sharedLeaves`, e.g. `.spec.containers[name="app"].image`. */
function valueAtPath(object: JsonObject, path: string, _kind: string): Json | undefined {
  let value: Json | undefined = object;
  for (const [, field, key, id] of path.matchAll(/\.([^.[]+)|\[(\w+)=([^\]]+)\]/g)) {
    if (field !== undefined) value = valueAt(value, field);
    else if (isArray(value) && key !== undefined && id !== undefined) {
      const wanted = JSON.parse(id) as Json;
      value = value.find((item) => isObject(item) && isEqual(item[key], wanted));
    }
  }
  return value;
}

function removeFields(object: JsonObject, gone: FieldSet, kind: string): JsonObject {
  const rest: Record<string, Json | undefined> = { ...object };
  for (const [key, below] of Object.entries(gone)) {
    if (!key.startsWith('f:') || !isObject(below)) continue;
    const field = key.slice(2);
    const value = rest[field];
    if (isLeaf(below)) delete rest[field];
    else if (isObject(value)) rest[field] = removeFields(value, below, kind);
    else if (isArray(value))
      rest[field] = removeElements(value, below, mergeKey(kind, field) ?? 'name', kind);
  }
  return rest;
}

function removeElements(list: readonly Json[], gone: FieldSet, key: string, kind: string): readonly Json[] {
  return list.flatMap((item) => {
    const below = isObject(item) ? gone[elementKey(key, item[key])] : undefined;
    if (!isObject(item) || !isObject(below)) return [item];
    // The element itself was applied before and is not any more.
    return '.' in below ? [] : [removeFields(item, below, kind)];
  });
}
