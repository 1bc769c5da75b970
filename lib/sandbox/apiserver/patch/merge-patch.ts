import type { Json, JsonObject } from '#lib/sandbox/apiserver/objects/json.ts';
import { isObject } from '#lib/sandbox/apiserver/objects/json.ts';

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json | undefined> = { ...(isObject(target) ? target : EMPTY) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

const EMPTY: JsonObject = {};
