const NOTHING = Buffer.alloc(0);

/**
 * Bytes that came and are not used yet, in one piece. While the reader says how many it waits for, pieces are only
 * collected: an object of megabytes is put together once, not once for each of its chunks.
 */
export class ByteQueue {
  #parts: Buffer[] = [];
  #size = 0;
  #needed = 0;

  get size(): number {
    return this.#size;
  }

  /** Answers all bytes waiting, or undefined while there are fewer than `keep` asked for. */
  push(chunk: Uint8Array): Buffer | undefined {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.byteLength;
    if (this.#size < this.#needed) return undefined;
    return this.#parts.length === 1 ? (this.#parts[0] ?? NOTHING) : Buffer.concat(this.#parts);
  }

  /** What is left of the piece that `push` answered; nothing is to be done before it has `needed` bytes. */
  keep(rest: Buffer, needed: number): void {
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    this.#needed = needed;
  }
}
