const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Brackets and braces differ in this bit. */
const SQUARE_TO_CURLY = 0x20;
/** Keys behind their first quote. */
const MANAGED_FIELDS = Buffer.from('managedFields":[');
const SPEC = Buffer.from('spec":{');

/** Where something stands in bytes; `to` is -1 while its end was not found. */
export type Place = { from: number; to: number };

/** What is not parsed with the rest of an object: the entries of managedFields, and the spec with its braces. */
export type Apart = { readonly managed: Place; readonly spec: Place };

/** An object's text without its managedFields; its spec is `{}` there when its bytes are given apart. */
export type ObjectParts = { readonly json: string; readonly spec: Buffer | undefined };

export const nowhere = (): Place => ({ from: -1, to: -1 });

/**
 * Takes the JSON of an object apart whose own fields stand `depth` braces deep: two fifths of a pod are managedFields,
 * which nothing reads, and most specs have been read before. JSON with blanks in it, or torn, is left whole.
 *
 * A key's bytes cannot occur inside a string, where a quote has a backslash before it; the depth tells the object's own
 * from those of a template, which count for its hash.
 */
export function objectParts(bytes: Buffer, depth: number, { cutsSpec }: { cutsSpec: boolean }): ObjectParts {
  const { length } = bytes;
  const managed = nowhere();
  const spec = nowhere();
  let open = 0;
  for (let at = 0; at < length;) {
    const byte = bytes[at++] ?? 0;
    if (byte === QUOTE) {
      if (open === depth + 1 && managed.from < 0 && isNext(bytes, at, MANAGED_FIELDS)) {
        at += MANAGED_FIELDS.length;
        managed.from = at;
        open++;
      } else if (open === depth && cutsSpec && spec.from < 0 && isNext(bytes, at, SPEC)) {
        at += SPEC.length;
        spec.from = at - 1; // with its brace
        open++;
      } else at = behindString(bytes, at);
    } else if ((byte | SQUARE_TO_CURLY) === OPEN_BRACE) open++;
    else if ((byte | SQUARE_TO_CURLY) === CLOSE_BRACE) {
      open--;
      if (open === depth + 1 && managed.from >= 0 && managed.to < 0) managed.to = at - 1;
      else if (open === depth && spec.from >= 0 && spec.to < 0) spec.to = at;
      if (managed.to >= 0 && (spec.to >= 0 || !cutsSpec)) break;
    }
  }
  return takeApart(bytes, { from: 0, to: length }, { managed, spec });
}

/** The object at a place, when it is known what of it is not to be parsed. */
export function takeApart(bytes: Buffer, { from, to }: Place, { managed, spec }: Apart): ObjectParts {
  let json = '';
  let at = from;
  for (const cut of managed.to < spec.from || spec.to < 0 ? [managed, spec] : [spec, managed]) {
    if (cut.to < 0) continue;
    json += bytes.toString('utf8', at, cut.from) + (cut === spec ? '{}' : '');
    at = cut.to;
  }
  json += bytes.toString('utf8', at, to);
  return { json, spec: spec.to < 0 ? undefined : bytes.subarray(spec.from, spec.to) };
}

/** Behind the closing quote of the string whose text begins at `from`. */
function behindString(bytes: Buffer, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Whether these bytes stand there. */
export function isNext(bytes: Buffer, from: number, wanted: Buffer): boolean {
  if (from + wanted.length > bytes.length) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}
