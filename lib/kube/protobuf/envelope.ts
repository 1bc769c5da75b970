import { ApiProtocolError } from '#lib/kube/api-error.ts';
import type { Wire } from '#lib/kube/to-model/wire.ts';
import type { Shape } from './message-shape.ts';
import { MessageReader } from './message-reader.ts';
import { shapeOf } from './projection.ts';
import { ReaderMemory } from './reader-memory.ts';

/** "k8s" and a zero begin every object (apimachinery pkg/runtime/serializer/protobuf/protobuf.go). */
export const MAGIC = Buffer.from('k8s\0', 'latin1');
export const RAW_FIELD = 2;

/** A `runtime.Unknown` opened: which kind it says it is, and where its message stands in the bytes. */
export type Envelope = { readonly kind: string; readonly from: number; readonly to: number };

/** Opens the envelope at `from`..`to`. @throws ApiProtocolError when there is none. */
export function openEnvelope(bytes: Buffer, from: number, to: number): Envelope {
  if (to - from < MAGIC.length || bytes.compare(MAGIC, 0, MAGIC.length, from, from + MAGIC.length) !== 0) {
    throw new ApiProtocolError('An object in protobuf lacks its envelope.');
  }
  let kind = '';
  let raw = { from: to, to };
  for (const field of splitFields(bytes, from + MAGIC.length, to)) {
    if (field.number === 1) kind = kindOf(bytes, field.from, field.to);
    else if (field.number === RAW_FIELD) raw = field;
    else if (field.number === 3 && field.to > field.from) {
      throw new ApiProtocolError('An object in protobuf is encoded once more.');
    }
  }
  return { kind, from: raw.from, to: raw.to };
}

/** `kind` of a TypeMeta `{ 1: apiVersion, 2: kind }`. */
export function kindOf(bytes: Buffer, from: number, to: number): string {
  const kind = splitFields(bytes, from, to).find(({ number }) => number === 2);
  return kind ? bytes.toString('utf8', kind.from, kind.to) : '';
}

/** A `Status` inside its envelope, as in JSON. @throws ApiProtocolError when it is something else. */
export function readStatus(bytes: Buffer, envelope: Envelope): Wire {
  if (envelope.kind !== 'Status') {
    throw new ApiProtocolError('A failure in protobuf is not described by a Status.');
  }
  const status = readEnvelope(bytes, { envelope, shape: shapeOf('Status'), memory: new ReaderMemory() });
  return { ...status, kind: 'Status' };
}

type Reading = { readonly envelope: Envelope; readonly shape: Shape; readonly memory: ReaderMemory };

export function readEnvelope(bytes: Buffer, { envelope, shape, memory }: Reading): Wire {
  return new MessageReader(bytes, memory, envelope.from).read(shape, envelope.to);
}

type Piece = { readonly number: number; readonly from: number; readonly to: number };

/**
 * The fields of a message that consists of nested ones only: envelopes, watch events.
 * @throws ApiProtocolError when it does not.
 */
export function splitFields(bytes: Buffer, from: number, to: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at < to;) {
    const header = readHeader(bytes, at, to);
    if (header === undefined || header.length > to - header.at) {
      throw new ApiProtocolError('An envelope in protobuf ends in the middle.');
    }
    pieces.push({ number: header.number, from: header.at, to: header.at + header.length });
    at = header.at + header.length;
  }
  return pieces;
}

/**
 * Tag and length of a nested field: its number, and where its `length` bytes begin; undefined when they go on behind `to`.
 * @throws ApiProtocolError when it is no nested field.
 */
export function readHeader(
  bytes: Buffer,
  from: number,
  to: number,
): { readonly number: number; readonly length: number; readonly at: number } | undefined {
  const tag = readVarint(bytes, from, to);
  if (tag === undefined) return undefined;
  if ((tag.value & 7) !== 2 || tag.value < 8)
    throw new ApiProtocolError('The answer is not protobuf as Kubernetes writes it.');
  const length = readVarint(bytes, tag.at, to);
  return length && { number: tag.value >>> 3, length: length.value, at: length.at };
}

function readVarint(bytes: Buffer, from: number, to: number) {
  let value = 0;
  for (let at = from, shift = 0; at < to; at++, shift += 7) {
    if (shift > 28) throw new ApiProtocolError('The answer is not protobuf as Kubernetes writes it.');
    const byte = bytes[at] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, at: at + 1 };
  }
  return undefined;
}
