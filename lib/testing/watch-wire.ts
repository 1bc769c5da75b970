import type { Wire } from '#lib/kube/to-model/wire.ts';
import { encodeEvent } from './encode-protobuf.ts';

/** A stream of watch events as bytes, for tests that do things to single events. Not the product's own reader on purpose. */
export interface WatchWire {
  /** The whole events that are complete with this chunk, each as it stood on the wire. */
  split(chunk: Uint8Array): readonly Uint8Array[];
  /** An event of the same kind of frame that nobody can read. */
  garbled(event: Uint8Array): Uint8Array;
  /** An ERROR event. */
  error(status: Wire): Uint8Array;
}

export type WireEncoding = 'json' | 'protobuf';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

export const watchWire = (encoding: WireEncoding): WatchWire =>
  encoding === 'json' ? linesWire() : framesWire();

/** `endOf`: where the first event of the bytes ends; undefined while it is not complete. */
function splitter(endOf: (bytes: Buffer) => number | undefined): WatchWire['split'] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const events: Uint8Array[] = [];
    for (let end = endOf(rest); end !== undefined; end = endOf(rest)) {
      events.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return events;
  };
}

/** JSON: an object per line. */
function linesWire(): WatchWire {
  return {
    split: splitter((bytes) => {
      const newline = bytes.indexOf('\n');
      return newline < 0 ? undefined : newline + 1;
    }),
    garbled: (event) => Buffer.concat([event.subarray(0, Math.floor(event.length / 2)), Buffer.from('\n')]),
    error: (object) => Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`),
  };
}

/** Protobuf: four bytes of length, big-endian, before each event. */
function framesWire(): WatchWire {
  return {
    split: splitter((bytes) => {
      const end = bytes.length < 4 ? Infinity : 4 + bytes.readUInt32BE(0);
      return end > bytes.length ? undefined : end;
    }),
    garbled: (event) => Buffer.concat([event.subarray(0, 4), Buffer.alloc(event.length - 4, 0xff)]),
    error: (status) => encodeEvent('ERROR', 'Status', status),
  };
}
