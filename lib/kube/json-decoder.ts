import { ApiProtocolError, notJsonError, watchStatusError } from './api-error.ts';
import { bookmark } from './bookmark.ts';
import { ByteLines } from './byte-lines.ts';
import type { Decoder, ListMeta, WatchEvent } from './decoder.ts';
import { JsonListScanner } from './json-list-scanner.ts';
import { asText, asWire, isWire, optionalText, type Wire } from './to-model/wire.ts';
import { withoutManagedFields } from './without-managed-fields.ts';

/** etcd refuses objects above 1.5 MiB by default; escaping in JSON can make them several times larger. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;
/** Braces around what is in `metadata`: of an item, and of the object in a watch event. */
const ITEM_METADATA_DEPTH = 2;
const EVENT_METADATA_DEPTH = 3;

/** `toModel` answers undefined for an object that cannot be kept at all (it has no name). */
export function createJsonDecoder<T>(toModel: (object: Wire) => T | undefined): Decoder<T> {
  return {
    accept: 'application/json',

    async list(body, onObject) {
      const scanner = new JsonListScanner((json) => {
        const object = toModel(asWire(parseJson(withoutManagedFields(json, ITEM_METADATA_DEPTH))));
        if (object !== undefined) onObject(object);
      });
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
            events.push(watchEvent(withoutManagedFields(line, EVENT_METADATA_DEPTH), toModel));
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

function watchEvent<T>(line: string, toModel: (object: Wire) => T | undefined): WatchEvent<T> {
  const event = asWire(parseJson(line));
  const { type, object } = event;
  if (type === 'ERROR') return { type, error: watchStatusError(object) };
  if (!isWire(object)) throw new ApiProtocolError('A watch event has no object.');
  if (type === 'BOOKMARK') return bookmark(object);
  const resourceVersion = asText(asWire(object['metadata'])['resourceVersion']);
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
    return { type, object: toModel(object), resourceVersion };
  }
  throw new ApiProtocolError('A watch event has an unknown type.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJsonError(undefined, text);
  }
}
