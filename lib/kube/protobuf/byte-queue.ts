/** How many of the bytes were used, and how many from there on are needed to go on. */
export type Progress = { readonly used: number; readonly needed: number };

/**
 * Hands bytes on as they come. What is torn by the end of a piece is put together with as much of the next ones as was
 * said to be needed, once, and nothing else is ever copied.
 */
export class ByteQueue {
  #torn: Buffer[] = [];
  #size = 0;
  #needed = 0;

  /** Bytes that came and were not used. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Uint8Array, read: (bytes: Buffer) => Progress): void {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (this.#size > 0 && bytes.length > 0) {
      const part = bytes.subarray(0, this.#needed - this.#size);
      bytes = bytes.subarray(part.length);
      this.#torn.push(part);
      this.#size += part.length;
      if (this.#size < this.#needed) return;
      this.#keep(Buffer.concat(this.#torn, this.#size), read);
    }
    if (bytes.length > 0) this.#keep(bytes, read);
  }

  #keep(bytes: Buffer, read: (bytes: Buffer) => Progress): void {
    const { used, needed } = read(bytes);
    this.#size = bytes.length - used;
    this.#torn = this.#size === 0 ? [] : [bytes.subarray(used)];
    this.#needed = Math.max(needed, this.#size + 1);
  }
}
