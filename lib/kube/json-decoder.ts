import { ApiProtocolError, notJsonError, watchStatusError } from './api-error.ts';
import { bookmark } from './bookmark.ts';
import { ByteLines } from './byte-lines.ts';
import type { Decoder, ListMeta, WatchEvent } from './decoder.ts';
import { jsonSpecPortion } from './json-spec-portion.ts';
import { JsonListScanner } from './json-list-scanner.ts';
import { objectParts, type ObjectParts } from './json-object-parts.ts';
import type { KnownParts } from './to-model/known-parts.ts';
import { asText, asWire, isWire, optionalText, type Wire } from './to-model/wire.ts';

/** etcd refuses objects above 1.5 MiB by default; escaping in JSON can make them several times larger. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;
/** Braces around the fields of the object in a watch event. */
const EVENT_OBJECT_DEPTH = 2;

type Reading<T> = {
  readonly toModel: (object: Wire) => T | undefined;
  readonly parts: KnownParts | undefined;
};

/**
 * `toModel` answers undefined for an object that cannot be kept at all (it has no name). `parts`: of pods, whose specs
 * come again and again and are then read once.
 */
export function createJsonDecoder<T>(
  toModel: (object: Wire) => T | undefined,
  { parts }: { readonly parts?: KnownParts } = {},
): Decoder<T> {
  const reading: Reading<T> = { toModel, parts };
  return {
    accept: 'application/json',

    async list(body, onObject) {
      const take = ({ json, spec }: ObjectParts) => {
        const object = toModel(withSpec(asWire(parseJson(json)), spec, parts));
        if (object !== undefined) onObject(object);
      };
      const scanner = new JsonListScanner(take, { cutsSpec: parts !== undefined });
      for await (const chunk of body) {
        try {
          scanner.push(chunk);
        } catch (error) {
          if (error instanceof RangeError) throw notJsonError(undefined, scanner.text);
          throw error;
        }
      }
      return listMeta(scanner);
    },

    async *watch(body) {
      const lines = new ByteLines(MAX_EVENT_BYTES);
      for await (const chunk of body) {
        const events: WatchEvent<T>[] = [];
        try {
          for (const line of lines.push(chunk))
            events.push(
              watchEvent(objectParts(line, EVENT_OBJECT_DEPTH, { cutsSpec: parts !== undefined }), reading),
            );
        } catch (error) {
          if (events.length > 0) yield events; // what came whole before the bad line still counts
          if (error instanceof RangeError) throw new ApiProtocolError(`The watch sent ${error.message}.`);
          throw error;
        }
        if (events.length > 0) yield events;
      }
    },
  };
}

function listMeta(scanner: JsonListScanner): ListMeta {
  const shell = scanner.end();
  if (shell === undefined) {
    const text = scanner.text.trimStart();
    throw text.startsWith('{')
      ? new ApiProtocolError('A list ended in the middle.')
      : notJsonError(undefined, text);
  }
  const list = asWire(parseJson(shell));
  const metadata = asWire(list['metadata']);
  const resourceVersion = optionalText(metadata['resourceVersion']);
  if (!asText(list['kind']).endsWith('List') || resourceVersion === undefined) {
    throw new ApiProtocolError('The answer is JSON but not a Kubernetes list.');
  }
  return { resourceVersion, continue: optionalText(metadata['continue']) };
}

function watchEvent<T>({ json, spec }: ObjectParts, { toModel, parts }: Reading<T>): WatchEvent<T> {
  const event = asWire(parseJson(json));
  const { type, object } = event;
  if (type === 'ERROR') return { type, error: watchStatusError(object) };
  if (!isWire(object)) throw new ApiProtocolError('A watch event has no object.');
  if (type === 'BOOKMARK') return bookmark(object);
  const resourceVersion = asText(asWire(object['metadata'])['resourceVersion']);
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
    return { type, object: toModel(withSpec(object, spec, parts)), resourceVersion };
  }
  throw new ApiProtocolError('A watch event has an unknown type.');
}

/** The object with its spec back in its place, if its bytes were taken apart. */
function withSpec(object: Wire, spec: Buffer | undefined, parts: KnownParts | undefined): Wire {
  if (spec === undefined || parts === undefined) return object;
  return { ...object, spec: jsonSpecPortion(spec, { parts, parse: parseJson }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJsonError(undefined, text);
  }
}
