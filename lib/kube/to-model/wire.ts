/**
 * Readers for JSON that came over the wire. They never throw: a field of the wrong type reads as if it were
 * absent, so that one odd object (an aggregated API, a newer version) cannot take its whole kind down.
 */
export type Wire = Readonly<Record<string, unknown>>;

const EMPTY_WIRE: Wire = Object.freeze({});
const EMPTY_LIST: readonly never[] = Object.freeze([]);
const EMPTY_MAP: Readonly<Record<string, string>> = Object.freeze({});

export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const asWire = (value: unknown): Wire => (isWire(value) ? value : EMPTY_WIRE);

export const asText = (value: unknown, fallback = ''): string =>
  typeof value === 'string' ? value : fallback;

/** A non-empty string, or undefined: the API omits empty strings and most clients do not tell them apart. */
export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const asNumber = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

export const optionalNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const optionalBoolean = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

/** The objects of a list; elements that are not objects are left out. */
export function asWires(value: unknown): readonly Wire[] {
  if (!Array.isArray(value) || value.length === 0) return EMPTY_LIST;
  return value.filter(isWire);
}

/** What became of the objects of a list; without any, the same empty list for all. */
export function mapWires<T>(value: unknown, map: (item: Wire) => T): readonly T[] {
  if (!Array.isArray(value) || value.length === 0) return EMPTY_LIST;
  return asWires(value).map(map);
}

export function asTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return EMPTY_LIST;
  return value.filter((item): item is string => typeof item === 'string');
}

/** A map of strings; numbers and booleans (quantities written without quotes) become strings. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  if (!isWire(value)) return EMPTY_MAP;
  if (isTextMap(value)) return value;
  const map: Record<string, string> = {};
  let size = 0;
  for (const key in value) {
    const item = value[key];
    if (typeof item === 'string') map[key] = item;
    else if (typeof item === 'number' || typeof item === 'boolean') map[key] = String(item);
    else continue;
    size++;
  }
  return size === 0 ? EMPTY_MAP : map;
}

/** Strings only, and at least one: then it need not be copied. */
function isTextMap(value: Wire): value is Readonly<Record<string, string>> {
  let isEmpty = true;
  for (const key in value) {
    if (typeof value[key] !== 'string') return false;
    isEmpty = false;
  }
  return !isEmpty;
}

/** IntOrString: a port number or a port name. */
export const asPort = (value: unknown): number | string =>
  typeof value === 'number' || typeof value === 'string' ? value : 0;

/** Go's zero time and the Unix epoch both mean "not set" (containerd reports 1970 for a process that never ran). */
const FIRST_REAL_TIME = Date.UTC(1971, 0, 1);

/** RFC 3339, or a date (protobuf has no text to parse), to epoch ms; undefined when absent, unparsable, or a zero time. */
export function epochMs(value: unknown): number | undefined {
  const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
  return at >= FIRST_REAL_TIME ? at : undefined;
}
