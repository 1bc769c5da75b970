import type { FieldSet } from './field-set.ts';
import { changedFields, fieldsOf, intersection, minus, union } from './field-set.ts';
import type { JsonObject } from './json.ts';
import { isEqual, objectAt, stringAt } from './json.ts';
import type { KubeObject } from './kube-object.ts';
import { timestamp } from './kube-object.ts';

export type Writer = {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly subresource?: string;
  /** Apply states everything its manager owns; Update adds what it changed. */
  readonly applied?: FieldSet;
};

type Write = {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly writer: Writer;
  /** Epoch ms. */
  readonly now: number;
};

/**
 * metadata.managedFields after a write: who set which field last, one entry per manager, operation and
 * subresource. Coarser than upstream in one way: lists without a merge key are single fields.
 */
export function managedAfterWrite({ before, after, writer, now }: Write): readonly JsonObject[] {
  const changed = changedFields(before, after, after.kind);
  // The client may have moved fields from one manager to another, as kubectl does before its first server-side apply.
  const known = after.metadata.managedFields ?? [];
  const own = known.find((entry) => isOf(entry, writer));
  // What is gone belongs to nobody. A status is the work of one manager, which states all of it each time.
  const left = writer.subresource === 'status' ? undefined : fieldsOf(after, after.kind);
  const still = (fields: FieldSet): FieldSet => (left ? intersection(fields, left) : fields);
  const fields = writer.applied ?? still(union(objectAt(own, 'fieldsV1'), changed));
  const others = known
    .filter((entry) => entry !== own)
    .flatMap((entry) =>
      entry.subresource === undefined
        ? withoutFields({ ...entry, fieldsV1: still(objectAt(entry, 'fieldsV1')) }, changed)
        : withoutFields(entry, changed),
    );
  if (Object.keys(fields).length === 0) return others;
  if (own && isEqual(own.fieldsV1, fields) && Object.keys(changed).length === 0) return known;
  return [...others, entryOf(writer, after.apiVersion, fields, now)].toSorted(byAge);
}

/** Appliers first, then who wrote first (apimachinery/pkg/util/managedfields/internal/managedfields.go). */
function byAge(a: JsonObject, b: JsonObject): number {
  const key = (entry: JsonObject): string =>
    ['operation', 'time', 'manager', 'subresource'].map((field) => stringAt(entry, field) ?? '').join(' ');
  return key(a) < key(b) ? -1 : 1;
}

function isOf(entry: JsonObject, { manager, operation, subresource }: Writer): boolean {
  return entry.manager === manager && entry.operation === operation && entry.subresource === subresource;
}

function withoutFields(entry: JsonObject, changed: FieldSet): readonly JsonObject[] {
  const fieldsV1 = minus(objectAt(entry, 'fieldsV1'), changed);
  return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
}

function entryOf(writer: Writer, apiVersion: string, fieldsV1: FieldSet, now: number): JsonObject {
  const { manager, operation, subresource } = writer;
  const time = timestamp(now);
  return {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource !== undefined && { subresource }),
  };
}
