const KEY = Buffer.from('"managedFields":[');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The text of a JSON object whose `metadata` stands `depth` braces deep, with its managedFields emptied: two fifths of
 * a pod that nothing reads, cut out before anything is made of them.
 *
 * The key's bytes cannot occur inside a string, where a quote has a backslash before it; the depth tells the object's
 * own from those of a template, which count for its hash. JSON with blanks in it is left as it is.
 */
export function withoutManagedFields(json: Buffer, depth: number): string {
  const key = json.indexOf(KEY);
  if (key < 0 || depthAt(json, key) !== depth) return json.toString('utf8');
  const from = key + KEY.length;
  const to = endOfList(json, from);
  return to < 0 ? json.toString('utf8') : json.toString('utf8', 0, from) + json.toString('utf8', to);
}

/** How many objects and lists are open at a place outside of strings. */
function depthAt(json: Buffer, place: number): number {
  let depth = 0;
  for (let at = 0; at < place; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return depth;
}

/** Where the list that is open at `from` closes; -1: nowhere. */
function endOfList(json: Buffer, from: number): number {
  let depth = 1;
  for (let at = from; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  return -1;
}

/** The closing quote of the string that opens at `from`. */
function endOfString(json: Buffer, from: number): number {
  let at = from + 1;
  for (; at < json.length && json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++;
  return at;
}
