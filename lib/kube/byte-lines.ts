const NEWLINE = 0x0a;

/** Splits a byte stream at newlines. Splitting bytes, not text, keeps a UTF-8 sequence cut by a chunk whole. */
export class ByteLines {
  #maxBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The non-empty lines this chunk completed. @throws RangeError when a line grows beyond the limit. */
  push(chunk: Uint8Array): Buffer[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const part = bytes.subarray(start, end);
      const line = this.#pendingBytes === 0 ? part : Buffer.concat([...this.#pending, part]);
      this.#pending = [];
      this.#pendingBytes = 0;
      if (line.length > 0) lines.push(line);
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    if (rest.length > 0) {
      this.#pending.push(rest);
      this.#pendingBytes += rest.length;
      if (this.#pendingBytes > this.#maxBytes)
        throw new RangeError(`a line of more than ${this.#maxBytes} bytes`);
    }
    return lines;
  }

  /** The line that had no newline yet; empty when there is none. */
  rest(): Buffer {
    return Buffer.concat(this.#pending);
  }
}
