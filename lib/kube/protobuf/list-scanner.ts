import { ApiProtocolError } from '#lib/kube/api-error.ts';
import { ByteQueue, type Progress } from './byte-queue.ts';
import { kindOf, MAGIC, RAW_FIELD, readHeader } from './envelope.ts';

/** etcd refuses objects above 1.5 MiB by default, and protobuf does not blow them up. */
const MAX_OBJECT_BYTES = 32 * 1024 * 1024;
/** Tag and length of a field. */
const MAX_HEADER_BYTES = 10;
const METADATA = 1;
const ITEMS = 2;

/** Where the parts of a list are; `bytes` may be reused once the call returns. */
export type ListParts = {
  readonly onKind: (kind: string) => void;
  readonly onMetadata: (bytes: Buffer, from: number, to: number) => void;
  readonly onItem: (bytes: Buffer, from: number, to: number) => void;
};

/**
 * Finds the items of a list in its envelope as the bytes arrive: `k8s\0`, a `runtime.Unknown`, in its `raw` a list of
 * `{ 1: metadata, 2: items }`, which is all lists of the API have in common.
 */
export class ListScanner {
  readonly #parts: ListParts;
  readonly #queue = new ByteQueue();
  #hasBegun = false;
  /** Bytes of the list's message that are still to come; undefined outside of it. */
  #left: number | undefined;
  #hasList = false;

  constructor(parts: ListParts) {
    this.#parts = parts;
  }

  /** @throws ApiProtocolError when this is no list in protobuf. */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk, (bytes) => this.#read(bytes));
  }

  #read(bytes: Buffer): Progress {
    if (!this.#hasBegun && bytes.length < MAGIC.length) return { used: 0, needed: MAGIC.length };
    let at = this.#begin(bytes);
    for (;;) {
      if (this.#left === 0) this.#left = undefined;
      const header = readHeader(bytes, at, bytes.length);
      if (header === undefined) return this.#wait(bytes, at, 1);
      const whole = header.at - at + header.length;
      if (this.#left === undefined && header.number === RAW_FIELD) {
        if (this.#hasList) throw new ApiProtocolError('A list in protobuf comes twice.');
        this.#hasList = true;
        this.#left = header.length;
        at = header.at;
        continue;
      }
      if (whole > (this.#left ?? Infinity)) throw new ApiProtocolError('A list in protobuf does not add up.');
      if (header.length > MAX_OBJECT_BYTES) {
        throw new ApiProtocolError(`The list sent an object of more than ${MAX_OBJECT_BYTES} bytes.`);
      }
      if (whole > bytes.length - at) return this.#wait(bytes, at, whole);
      this.#take(bytes, header);
      at += whole;
      if (this.#left !== undefined) this.#left -= whole;
    }
  }

  /** @throws ApiProtocolError when the body ended inside the list. */
  end(): void {
    if (!this.#hasBegun && this.#queue.size === 0) {
      throw new ApiProtocolError('The API server answered with an empty body.');
    }
    if (!this.#hasList || this.#queue.size > 0 || (this.#left ?? 0) > 0) {
      throw new ApiProtocolError('A list ended in the middle.');
    }
  }

  #begin(bytes: Buffer): number {
    if (this.#hasBegun) return 0;
    if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) {
      throw new ApiProtocolError('The answer is not protobuf as Kubernetes writes it.');
    }
    this.#hasBegun = true;
    return MAGIC.length;
  }

  #wait(bytes: Buffer, at: number, needed: number): Progress {
    if (this.#left !== undefined && bytes.length - at > this.#left + MAX_HEADER_BYTES && needed === 1) {
      throw new ApiProtocolError('A list in protobuf does not add up.');
    }
    return { used: at, needed };
  }

  #take(bytes: Buffer, { number, at, length }: { number: number; at: number; length: number }): void {
    const to = at + length;
    if (this.#left === undefined) {
      if (number === 1) this.#parts.onKind(kindOf(bytes, at, to));
      else if (number === 3 && length > 0) throw new ApiProtocolError('The list is encoded once more.');
    } else if (number === METADATA) this.#parts.onMetadata(bytes, at, to);
    else if (number === ITEMS) this.#parts.onItem(bytes, at, to);
  }
}
