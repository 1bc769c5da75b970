import type { KnownParts } from './to-model/known-parts.ts';
import { POD_SPEC_FIELDS } from './to-model/pod-template.ts';
import { Portion } from './to-model/portion.ts';
import { hideTokenVolume } from './to-model/spec-portion.ts';
import { TOKEN_VOLUME, TOKEN_VOLUME_LENGTH, TOKEN_VOLUME_PREFIX } from './to-model/token-volume.ts';
import { asWire } from './to-model/wire.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Brackets and braces differ in this bit. */
const SQUARE_TO_CURLY = 0x20;
const COLON = 0x3a;
const COMMA = Buffer.from(',');
/** Of the fields of a volume in the list of volumes. */
const VOLUME_DEPTH = 2;

const COMMON = new Set(POD_SPEC_FIELDS);
/** What a pod has for itself. */
const OWN = new Set(['nodeName', 'affinity', 'readinessGates', 'schedulingGates']);

/**
 * A pod's spec in JSON bytes, an object, whose common part is parsed only when these bytes were not seen before.
 * @throws what `parse` throws at text that is no JSON.
 */
export function jsonSpecPortion(
  spec: Buffer,
  { parts, parse }: { parts: KnownParts; parse: (text: string) => unknown },
): Portion {
  const own: Record<string, unknown> = {};
  let token: string | undefined;
  parts.wipe();
  eachField(spec, (name, { from, value, to }) => {
    if (OWN.has(name)) own[name] = parse(spec.toString('utf8', value, to));
    if (!COMMON.has(name)) return;
    parts.add(spec, from, to);
    parts.add(COMMA, 0, 1);
    if (name === 'volumes') token = tokenVolumeIn(spec.subarray(value, to));
  });
  if (token !== undefined) hideTokenVolume(parts.bytes, token);
  return new Portion(own, parts, () => asWire(parse(`{${parts.bytes.toString('utf8')}"":0}`)));
}

const NAME = '"name":"';
const TOKEN_NAME = Buffer.from(NAME + TOKEN_VOLUME_PREFIX);

/** The name of the token's volume among volumes in JSON. */
function tokenVolumeIn(volumes: Buffer): string | undefined {
  for (let at = volumes.indexOf(TOKEN_NAME); at >= 0; at = volumes.indexOf(TOKEN_NAME, at + 1)) {
    const from = at + NAME.length;
    const to = from + TOKEN_VOLUME_LENGTH;
    const name = volumes.toString('latin1', from, to);
    if (volumes[to] === QUOTE && TOKEN_VOLUME.test(name) && depthAt(volumes, at) === VOLUME_DEPTH)
      return name;
  }
  return undefined;
}

/** How many objects and lists are open at a place outside of strings. */
function depthAt(json: Buffer, place: number): number {
  let depth = 0;
  for (let at = 0; at < place; at++) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) {
      for (at++; at < place && json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++;
    } else if ((byte | SQUARE_TO_CURLY) === OPEN_BRACE) depth++;
    else if ((byte | SQUARE_TO_CURLY) === CLOSE_BRACE) depth--;
  }
  return depth;
}

type Place = { readonly from: number; readonly value: number; readonly to: number };

/** The fields of an object: where the key begins, its value, and what follows. Keys of ours have no escapes. */
function eachField(object: Buffer, take: (name: string, place: Place) => void): void {
  const { length } = object;
  let depth = 0;
  let from = -1;
  let name = '';
  let value = -1;
  for (let at = 0; at < length; at++) {
    const byte = object[at] ?? 0;
    if (byte === QUOTE) {
      const start = at;
      for (at++; at < length && object[at] !== QUOTE; at++) if (object[at] === BACKSLASH) at++;
      if (depth === 1 && from < 0) {
        from = start;
        name = object.toString('latin1', start + 1, at);
        value = at + 1;
        while (value < length && object[value++] !== COLON); // behind the colon
      }
    } else if ((byte | SQUARE_TO_CURLY) === OPEN_BRACE) depth++;
    else if ((byte | SQUARE_TO_CURLY) === CLOSE_BRACE) depth--;
    const isEnd = (byte === COMMA[0] && depth === 1) || depth === 0;
    if (isEnd && from >= 0) {
      take(name, { from, value, to: at });
      from = -1;
    }
  }
}
