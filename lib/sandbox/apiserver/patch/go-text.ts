import type { Json } from '#lib/sandbox/apiserver/objects/json.ts';
import { isArray, isObject } from '#lib/sandbox/apiserver/objects/json.ts';

/** A decoded JSON value as Go's `%+v` writes it: `map[replicas:3 template:map[spec:map[]]]`, keys in order. */
export function goText(value: Json | undefined): string {
  if (isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return value === null || value === undefined ? '<nil>' : String(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${entries.join(' ')}]`;
}
