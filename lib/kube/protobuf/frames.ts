import { ByteQueue } from './byte-queue.ts';

const LENGTH_BYTES = 4;

/** Splits a stream into frames: four bytes of length, big-endian, before each (apimachinery pkg/util/framer). */
export class Frames {
  readonly #maxBytes: number;
  readonly #queue = new ByteQueue();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#queue.keep(Buffer.alloc(0), LENGTH_BYTES);
  }

  /** The frames this chunk completed. @throws RangeError at a frame larger than the limit. */
  *push(chunk: Uint8Array): Generator<Buffer> {
    const bytes = this.#queue.push(chunk);
    if (!bytes) return;
    let at = 0;
    let needed = LENGTH_BYTES;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (length > this.#maxBytes) throw new RangeError(`a frame of ${length} bytes`);
      needed = LENGTH_BYTES + length;
      if (bytes.length - at < needed) break;
      yield bytes.subarray(at + LENGTH_BYTES, at + needed);
      at += needed;
      needed = LENGTH_BYTES;
    }
    this.#queue.keep(bytes.subarray(at), needed);
  }
}
