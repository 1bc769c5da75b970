import { constants, deflateRawSync } from 'node:zlib';

/** Written, compressed and waited for at once: no reader queues more than this, no compression blocks others long. */
const PART_BYTES = 64 * 1024;
/** As far back as deflate can point (RFC 1951). */
const WINDOW_BYTES = 32 * 1024;

/** Bytes made once and shared by all readers. */
export class Part {
  readonly bytes: Uint8Array;
  readonly #before: Uint8Array | undefined;
  #deflated: Uint8Array | undefined;

  /** `before` is what every reader of this part has read right before it: the part before it in the same frame. */
  constructor(bytes: Uint8Array, before?: Uint8Array) {
    this.bytes = bytes;
    this.#before = before?.subarray(-WINDOW_BYTES);
  }

  /**
   * The same as deflate blocks (RFC 1951) that point at nothing outside their frame: a full flush ends on a byte and
   * forgets what was before, so the one compressed form fits into the stream of every reader, wherever that reader began.
   * Parts of one frame always follow each other, so a later one may point into the one before.
   * https://www.zlib.net/manual.html (Z_FULL_FLUSH, deflateSetDictionary)
   */
  get deflated(): Uint8Array {
    return (this.#deflated ??= deflateRawSync(this.bytes, {
      finishFlush: constants.Z_FULL_FLUSH,
      ...(this.#before && { dictionary: this.#before }),
    }));
  }
}

/** What a gzip stream begins with (RFC 1952); its checksum would come at the end, and an event stream has none. */
export const GZIP_HEADER: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** One event of the stream, serialised once. */
export type Frame = {
  /** Its place in the order of everything sent, from 1; a snapshot has that of the last event it contains. */
  readonly seq: number;
  readonly size: number;
  readonly parts: readonly Part[];
};

/** `id` is what a reader names to go on from here. `JSON.stringify` writes no raw newline, so no message can forge an event. */
export function createFrame(seq: number, id: string, json: string): Frame {
  const bytes = Buffer.from(`id: ${id}\ndata: ${json}\n\n`);
  const parts: Part[] = [];
  for (let at = 0; at < bytes.byteLength; at += PART_BYTES) {
    parts.push(new Part(bytes.subarray(at, at + PART_BYTES), parts.at(-1)?.bytes));
  }
  return { seq, size: bytes.byteLength, parts };
}
