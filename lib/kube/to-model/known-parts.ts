import { hash, randomBytes } from 'node:crypto';
import { RecentMap } from './recent-map.ts';

const PARTS = 16_384;
const KEY_BYTES = 32;
const FIRST_BYTES = 16 * 1024;
/** Larger room is given back. */
const KEPT_BYTES = 1024 * 1024;

/**
 * What parts of objects became, by their bytes: the specs of a ReplicaSet's pods are the same bytes, and are read once.
 *
 * The bytes hold environment values, so that they are not kept: a part is known by a hash of them under a key of its own,
 * and the room in which they are put together is wiped. One for each cluster and kind: what is kept carries keyed hashes.
 */
export class KnownParts {
  readonly #known = new RecentMap<object>(PARTS);
  #room = roomFor(FIRST_BYTES);
  #end = KEY_BYTES;

  constructor() {
    randomBytes(KEY_BYTES).copy(this.#room);
  }

  /** The bytes put together so far. */
  get bytes(): Buffer {
    return this.#room.subarray(KEY_BYTES, this.#end);
  }

  add(bytes: Buffer, from: number, to: number): void {
    const needed = this.#end + to - from;
    if (needed > this.#room.length) this.#grow(needed * 2);
    bytes.copy(this.#room, this.#end, from, to);
    this.#end = needed;
  }

  addText(text: string): void {
    const needed = this.#end + Buffer.byteLength(text);
    if (needed > this.#room.length) this.#grow(needed * 2);
    this.#room.write(text, this.#end);
    this.#end = needed;
  }

  /** What the bytes put together stand for. */
  get key(): string {
    return hash('sha256', this.#room.subarray(0, this.#end), 'binary');
  }

  get(key: string): object | undefined {
    return this.#known.get(key);
  }

  set(key: string, value: object): void {
    this.#known.set(key, value);
  }

  /** Forgets the bytes, and begins anew. */
  wipe(): void {
    this.#room.fill(0, KEY_BYTES, this.#end);
    this.#end = KEY_BYTES;
    if (this.#room.length > KEPT_BYTES) this.#grow(FIRST_BYTES);
  }

  #grow(size: number): void {
    const room = roomFor(size);
    this.#room.copy(room, 0, 0, this.#end);
    this.#room.fill(0);
    this.#room = room;
  }
}

/** Never from the pool that all small buffers share. */
const roomFor = (size: number) => Buffer.allocUnsafeSlow(size);
