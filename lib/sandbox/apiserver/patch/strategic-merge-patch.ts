import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, isEqual, isObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { mergeKey, mergesAsSet } from './merge-keys.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

/**
 * Kubernetes' own patch format (apimachinery/pkg/util/strategicpatch): like a merge patch, but lists with a
 * merge key merge by element, and `$`-directives replace, delete and order.
 */
export function strategicMergePatch(target: JsonObject, patch: JsonObject, kind: string): JsonObject {
  return mergeObject(target, patch, kind);
}

function mergeObject(target: JsonObject, patch: JsonObject, kind: string): JsonObject {
  if (patch[DIRECTIVE] === 'replace') return mergeObject({}, { ...patch, [DIRECTIVE]: undefined }, kind);
  if (patch[DIRECTIVE] === 'delete') return {};
  const merged: Record<string, Json | undefined> = retained(target, patch[RETAIN_KEYS]);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$') || value === undefined) continue;
    const next = mergeValue(merged[key], value, { key, patch, kind });
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_FROM)) deleteFromList(merged, key.slice(DELETE_FROM.length), value);
    if (key.startsWith(ORDER)) orderList(merged, key.slice(ORDER.length), value, kind);
  }
  return merged;
}

type Place = { readonly key: string; readonly patch: JsonObject; readonly kind: string };

function mergeValue(target: Json | undefined, value: Json, { key, kind }: Place): Json | undefined {
  if (value === null) return undefined;
  if (isObject(value)) {
    if (value[DIRECTIVE] === 'delete') return undefined;
    return mergeObject(isObject(target) ? target : {}, value, kind);
  }
  if (!isArray(value)) return value;
  const merge = mergeKey(kind, key);
  const isElements = value.every(isObject);
  if (merge !== undefined && isElements)
    return mergeList(isArray(target) ? target : [], value, { key: merge, kind });
  if (mergesAsSet(key) && isArray(target))
    return [...target, ...value.filter((item) => !target.includes(item))];
  return value;
}

type ListRules = { readonly key: string; readonly kind: string };

function mergeList(
  target: readonly Json[],
  patch: readonly JsonObject[],
  { key, kind }: ListRules,
): readonly Json[] {
  const elements = patch.filter((element) => element[DIRECTIVE] !== 'replace' || element[key] !== undefined);
  // `- $patch: replace` without a key replaces the whole list by the other elements.
  let merged = elements.length < patch.length ? [] : [...target];
  // Deletions first, wherever they stand (apimachinery/pkg/util/strategicpatch, mergeSliceWithSpecialElements).
  const isDeletion = (element: JsonObject): boolean => element[DIRECTIVE] === 'delete';
  for (const element of elements.toSorted((a, b) => Number(isDeletion(b)) - Number(isDeletion(a)))) {
    const at = merged.findIndex((item) => isObject(item) && isEqual(item[key], element[key]));
    if (element[DIRECTIVE] === 'delete') {
      merged = merged.filter((_item, index) => index !== at);
      continue;
    }
    const known = at < 0 ? undefined : merged[at];
    const next = mergeObject(isObject(known) ? known : {}, element, kind);
    merged = at < 0 ? [...merged, next] : merged.with(at, next);
  }
  return merged;
}

/** `$retainKeys` names the only keys that may stay (unions such as a volume's source). */
function retained(target: JsonObject, keys: Json | undefined): Record<string, Json | undefined> {
  if (!isArray(keys)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)));
}

function deleteFromList(
  merged: Record<string, Json | undefined>,
  field: string,
  gone: Json | undefined,
): void {
  const list = merged[field];
  if (isArray(list) && isArray(gone)) merged[field] = list.filter((item) => !gone.includes(item));
}

/** Sorts the named elements as told; elements only the server has stay behind the element they followed. */
function orderList(
  merged: Record<string, Json | undefined>,
  field: string,
  order: Json | undefined,
  kind: string,
): void {
  const list = merged[field];
  if (!isArray(list) || !isArray(order)) return;
  const key = mergeKey(kind, field);
  const identity = (item: Json): Json | undefined => (key !== undefined && isObject(item) ? item[key] : item);
  const wanted = order.map(identity);
  const rankOf = (item: Json): number => wanted.findIndex((id) => isEqual(id, identity(item)));
  let last = -1;
  const ranked = list.map((item, index) => {
    const rank = rankOf(item);
    if (rank >= 0) last = rank;
    return { item, rank: rank >= 0 ? rank : last, own: rank < 0, index };
  });
  merged[field] = ranked
    .toSorted((a, b) => a.rank - b.rank || Number(a.own) - Number(b.own) || a.index - b.index)
    .map(({ item }) => item);
}
