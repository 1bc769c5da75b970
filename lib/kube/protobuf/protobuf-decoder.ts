import { ApiProtocolError, watchStatusError } from '#lib/kube/api-error.ts';
import { bookmark } from '#lib/kube/bookmark.ts';
import type { Decoder, ListMeta, WatchEvent } from '#lib/kube/decoder.ts';
import type { KindName } from '#lib/kube/kinds.ts';
import { asText, asWire, optionalText, type Wire } from '#lib/kube/to-model/wire.ts';
import { openEnvelope, readEnvelope, readStatus, splitFields } from './envelope.ts';
import { Frames } from './frames.ts';
import { ListScanner } from './list-scanner.ts';
import { MessageReader } from './message-reader.ts';
import type { Shape } from './message-shape.ts';
import { MESSAGE_OF, shapeOf } from './projection.ts';
import { ReaderMemory } from './reader-memory.ts';

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
/** etcd refuses objects above 1.5 MiB by default. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;

type Reading<T> = {
  readonly message: string;
  readonly shape: Shape;
  readonly memory: ReaderMemory;
  readonly toModel: (object: Wire) => T | undefined;
};

/**
 * Reads one kind from protobuf: of each object only what the model holds is ever made, the rest is skipped by its
 * length. `toModel` as for JSON: it sees the same object, but for fields it does not read.
 */
export function createProtobufDecoder<T>(
  kind: KindName,
  toModel: (object: Wire) => T | undefined,
): Decoder<T> {
  const message = MESSAGE_OF[kind];
  const reading: Reading<T> = { message, shape: shapeOf(message), memory: new ReaderMemory(), toModel };
  return {
    accept: PROTOBUF_TYPE,

    async list(body, onObject) {
      let meta: Wire = {};
      const { shape, memory } = reading;
      const scanner = new ListScanner({
        onKind: (found) => {
          if (found !== `${message}List`) throw new ApiProtocolError(`The answer is a ${found}, not a list.`);
        },
        onMetadata: (bytes, from, to) => {
          meta = new MessageReader(bytes, memory, from).read(shapeOf('ListMeta'), to);
        },
        onItem: (bytes, from, to) => {
          const object = toModel(new MessageReader(bytes, memory, from).read(shape, to));
          if (object !== undefined) onObject(object);
        },
      });
      for await (const chunk of body) scanner.push(chunk);
      scanner.end();
      return listMeta(meta);
    },

    async *watch(body) {
      const frames = new Frames(MAX_EVENT_BYTES);
      for await (const chunk of body) {
        const events: WatchEvent<T>[] = [];
        try {
          frames.push(chunk, (frame) => events.push(watchEvent(frame, reading)));
        } catch (error) {
          if (events.length > 0) yield events; // what came whole before the bad frame still counts
          if (error instanceof RangeError) throw new ApiProtocolError(`The watch sent ${error.message}.`);
          throw error;
        }
        if (events.length > 0) yield events;
      }
    },
  };
}

function listMeta({ resourceVersion, continue: token }: Wire): ListMeta {
  const version = optionalText(resourceVersion);
  if (version === undefined) throw new ApiProtocolError('The answer is protobuf but not a Kubernetes list.');
  return { resourceVersion: version, continue: optionalText(token) };
}

/** `{ 1: type, 2: { 1: the object in its envelope } }`. */
function watchEvent<T>(frame: Buffer, { message, shape, memory, toModel }: Reading<T>): WatchEvent<T> {
  let type = '';
  let embedded: { readonly from: number; readonly to: number } | undefined;
  for (const field of splitFields(frame, 0, frame.length)) {
    if (field.number === 1) type = frame.toString('utf8', field.from, field.to);
    else if (field.number === 2) {
      embedded = splitFields(frame, field.from, field.to).find(({ number }) => number === 1);
    }
  }
  if (!embedded) throw new ApiProtocolError('A watch event has no object.');
  const envelope = openEnvelope(frame, embedded.from, embedded.to);
  if (type === 'ERROR') return { type, error: watchStatusError(readStatus(frame, envelope)) };
  if (envelope.kind !== message) throw new ApiProtocolError('A watch event has an object of another kind.');
  const object = readEnvelope(frame, { envelope, shape, memory });
  if (type === 'BOOKMARK') return bookmark(object);
  const resourceVersion = asText(asWire(object['metadata'])['resourceVersion']);
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
    return { type, object: toModel(object), resourceVersion };
  }
  throw new ApiProtocolError('A watch event has an unknown type.');
}
