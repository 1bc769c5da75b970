import { ByteQueue } from './byte-queue.ts';

const LENGTH_BYTES = 4;

/** Splits a stream into frames: four bytes of length, big-endian, before each (apimachinery pkg/util/framer). */
export class Frames {
  readonly #maxBytes: number;
  readonly #queue = new ByteQueue();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Hands on the frames this chunk completed. @throws RangeError at a frame larger than the limit. */
  push(chunk: Uint8Array, onFrame: (frame: Buffer) => void): void {
    this.#queue.push(chunk, (bytes) => {
      let at = 0;
      while (bytes.length - at >= LENGTH_BYTES) {
        const length = bytes.readUInt32BE(at);
        if (length > this.#maxBytes) throw new RangeError(`a frame of ${length} bytes`);
        const needed = LENGTH_BYTES + length;
        if (bytes.length - at < needed) return { used: at, needed };
        onFrame(bytes.subarray(at + LENGTH_BYTES, at + needed));
        at += needed;
      }
      return { used: at, needed: LENGTH_BYTES };
    });
  }
}
