import { RecentMap } from './recent-map.ts';

const SLOTS = 1 << 15;
const SAMPLES = 32;
const TEXTS = 4096;

/**
 * Makes equal values one: text, and records and lists of them, from the leaves up. Most of what is held of a cluster is the
 * same thousands of times over: the probes of a container, the tolerations of a pod, the image of a hundred pods.
 *
 * A slot holds whatever came last, so that it never grows, and forgets what is no longer seen. One per cluster: values
 * carry keyed hashes of environment values.
 */
export class SharedValues {
  readonly #slots: unknown[] = Array.from({ length: SLOTS }, () => undefined);
  /** Of what was handed out and has parts: a container that is met again is not looked into. Leaves cost less than an entry. */
  readonly #hashes = new WeakMap<object, number>();
  /** What was made of parts that a decoder hands out again as the same object. */
  readonly #made = new WeakMap<object, unknown>();
  readonly #byText = new RecentMap<object>(TEXTS);
  /** Of the value that was looked at last. */
  #hash = 0;
  #hasParts = false;

  /** The value that stands for all of its equals. A fresh record is frozen, and its parts are replaced by shared ones. */
  readonly share = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return this.#one(value) as T;
    const shared = this.#object(value);
    if (this.#hasParts && !this.#hashes.has(shared)) this.#hashes.set(shared, this.#hash);
    return shared as T;
  };

  /** What `make` made of this very object before, if it did. */
  readonly once = <T>(from: object, make: () => T): T => {
    const before = this.#made.get(from);
    if (before !== undefined) return before as T;
    const made = this.share(make());
    if (made !== undefined && Object.isFrozen(from)) this.#made.set(from, made);
    return made;
  };

  /** What `make` made before of something that is told from all others by a text. */
  readonly byText = <T extends object>(text: string, make: () => T): T => {
    const before = this.#byText.get(text);
    if (before !== undefined) return before as T;
    const made = this.share(make());
    this.#byText.set(text, made);
    return made;
  };

  #one(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'object' && value !== null) return this.#object(value);
    if (typeof value === 'number') {
      this.#hash = Math.imul(value | 0, 0x9e3779b1) ^ (value / 2 ** 32);
      return value;
    }
    this.#hash = value === true ? 3 : 5;
    return value;
  }

  #text(text: string): string {
    this.#hash = textHash(text);
    const slot = this.#slotOf(this.#hash);
    const known = this.#slots[slot];
    if (known === text) return known;
    this.#slots[slot] = text;
    return text;
  }

  #object(value: object): object {
    const hash = this.#hashes.get(value);
    if (hash === undefined) return Array.isArray(value) ? this.#list(value) : this.#record(value as Fields);
    this.#hash = hash;
    this.#hasParts = true;
    return value;
  }

  #list(list: unknown[]): object {
    let hash = list.length + 11;
    let hasParts = false;
    for (let at = 0; at < list.length; at++) {
      const item = list[at];
      const shared = this.#one(item);
      if (shared !== item && !Object.isFrozen(list)) list[at] = shared;
      if (typeof shared === 'object' && shared !== null) hasParts = true;
      hash = mixed(hash, this.#hash);
    }
    this.#hasParts = hasParts;
    return this.#settled(list, hash, isSameList);
  }

  /** By its values alone: names are compared when the values agree. */
  #record(record: Fields): object {
    let hash = 17;
    let hasParts = false;
    for (const key in record) {
      const field = record[key];
      const shared = this.#one(field);
      if (shared !== field && !Object.isFrozen(record)) record[key] = shared;
      if (typeof shared === 'object' && shared !== null) hasParts = true;
      hash = mixed(hash, this.#hash);
    }
    this.#hasParts = hasParts;
    return this.#settled(record, hash, isSameRecord);
  }

  #settled(value: object, hash: number, isSame: (a: object, b: object) => boolean): object {
    this.#hash = hash;
    const slot = this.#slotOf(hash);
    const known = this.#slots[slot];
    if (known === value) return value;
    if (typeof known === 'object' && known !== null && isSame(known, value)) return known;
    this.#slots[slot] = Object.freeze(value);
    return value;
  }

  #slotOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (SLOTS - 1);
  }
}

type Fields = Record<string, unknown>;

const mixed = (hash: number, next: number) => Math.imul(hash ^ next, 0x01000193) ^ (hash >>> 13);

/** Of long texts some characters: whether they are equal is decided by comparing them. */
function textHash(text: string): number {
  const { length } = text;
  const step = length <= SAMPLES ? 1 : length / SAMPLES;
  let hash = length;
  for (let at = 0; at < length; at += step) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Parts are shared already: the same part is the same value. */
function isSameList(known: object, list: object): boolean {
  if (!Array.isArray(known) || !Array.isArray(list) || known.length !== list.length) return false;
  for (let at = 0; at < list.length; at++) if (!Object.is(known[at], list[at])) return false;
  return true;
}

function isSameRecord(known: object, record: object): boolean {
  if (Array.isArray(known)) return false;
  const before = known as Fields;
  const now = record as Fields;
  let left = 0;
  for (const key in now) {
    if (!Object.is(before[key], now[key]) || !Object.hasOwn(before, key)) return false;
    left++;
  }
  for (const _ in before) left--;
  return left === 0;
}
