import { ApiProtocolError } from '#lib/kube/api-error.ts';
import { Portion } from '#lib/kube/to-model/portion.ts';
import { hideTokenIn } from './hide-token-volume.ts';
import {
  BOOL,
  INT,
  INT_OR_STRING,
  MESSAGE,
  MICRO_TIME,
  QUANTITY,
  RAW_JSON,
  STRING,
  TIME,
  type Field,
  type Shape,
} from './message-shape.ts';
import type { ReaderMemory } from './reader-memory.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Messages in messages: what we read is about ten deep. */
const MAX_DEPTH = 40;
const TWO_TO_32 = 4_294_967_296;
/** Bytes: labels may be anything up to 256 KiB. */
const LONGEST_RUN = 2048;
const NOTHING_OWN = Object.freeze({});

/** The server speaks a newer Kubernetes than our table: read as JSON, where every field has its name. */
export class UnknownFieldError extends ApiProtocolError {}

type Target = Record<string, unknown>;

/**
 * Reads protobuf messages into what `JSON.parse` would have made of the same object, as far as a shape takes it: so
 * that one set of `to-model` functions serves both encodings. All else is skipped by its length.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 *
 * Own code, not a library's: the small ones do not look at the ends of messages, and read what was cut off as zeros.
 */
export class MessageReader {
  readonly #bytes: Buffer;
  readonly #memory: ReaderMemory;
  #at: number;
  #depth = 0;

  constructor(bytes: Buffer, memory: ReaderMemory, at = 0) {
    this.#bytes = bytes;
    this.#memory = memory;
    this.#at = at;
  }

  /** @throws ApiProtocolError when the bytes up to `end` are no such message. */
  read(shape: Shape, end: number): Target {
    const target: Target = {};
    this.#into(target, shape, end);
    return target;
  }

  #into(target: Target, shape: Shape, end: number): void {
    if (++this.#depth > MAX_DEPTH) throw broken('is nested too deeply');
    const { fields } = shape;
    while (this.#at < end) {
      const from = this.#at;
      const tag = this.#uint(end);
      const number = tag >>> 3;
      const field = number < fields.length ? fields[number] : undefined;
      if (field !== undefined && field.run >= 0) this.#run(target, field, { tag, from, end });
      else if (field !== undefined) this.#field(target, field, this.#tagged(field, tag, end));
      else if (shape.isStrict) throw new UnknownFieldError('The API server sends a field we do not know.');
      else this.#skip(tag, end);
    }
    this.#depth--;
  }

  /** Checks the wire type and answers where the field ends; for a varint, where the message ends. */
  #tagged(field: Field, tag: number, end: number): number {
    const isNumber = (field.code === INT || field.code === BOOL) && !field.isMap;
    if ((tag & 7) !== (isNumber ? VARINT : BYTES)) throw broken('has a field of another type');
    return isNumber ? end : this.#lengthEnd(end);
  }

  /** All entries of a field that follow one another, from the first one's tag: known by their bytes, or read. */
  #run(target: Target, field: Field, { tag, from, end }: { tag: number; from: number; end: number }): void {
    const { name } = field;
    const firstEnd = this.#tagged(field, tag, end);
    const to = this.#endOfRun(tag, firstEnd, end);
    const runs = this.#memory.runsOf(field.run);
    const key = to - from > LONGEST_RUN ? '' : this.#bytes.toString('latin1', from, to);
    const before = target[name];
    const known = key === '' || before !== undefined ? undefined : runs.get(key);
    if (known !== undefined) {
      target[name] = known;
      this.#at = to;
      return;
    }
    // What is frozen stands for others too: entries in two places, as no server sends them, make one of their own.
    if (before !== undefined)
      target[name] = Array.isArray(before) ? [...(before as unknown[])] : { ...(before as Target) };
    this.#at = from;
    while (this.#at < to) this.#field(target, field, this.#tagged(field, this.#uint(to), to));
    const made = target[name];
    if (key !== '' && before === undefined && typeof made === 'object' && made !== null) {
      runs.set(key, Object.freeze(made));
    }
  }

  #endOfRun(tag: number, firstEnd: number, end: number): number {
    let to = firstEnd;
    for (this.#at = to; this.#at < end; to = this.#at) {
      if (this.#uint(end) !== tag) break;
      this.#at = this.#lengthEnd(end);
    }
    return to;
  }

  /** A part that others carry too: its own fields are read, of the rest the bytes are put together. */
  #part(shape: Shape, own: Shape, end: number): Portion {
    const { parts } = this.#memory;
    parts.wipe();
    const target: Target = {};
    let from = -1;
    while (this.#at < end) {
      const at = this.#at;
      const tag = this.#uint(end);
      const number = tag >>> 3;
      const isCommon = shape.fields[number] !== undefined;
      if (isCommon && from < 0) from = at;
      if (!isCommon && from >= 0) {
        parts.add(this.#bytes, from, at);
        from = -1;
      }
      const field = own.fields[number];
      if (field !== undefined) this.#field(target, field, this.#tagged(field, tag, end));
      else this.#skip(tag, end);
    }
    if (from >= 0) parts.add(this.#bytes, from, end);
    hideTokenIn(parts.bytes);
    return new Portion(target, parts, () => {
      const { bytes } = parts;
      return new MessageReader(bytes, this.#memory).read(shape, bytes.length);
    });
  }

  /** A part of the same bytes in parts that differ: a container of pods with volumes of their own. */
  #partWithin(shape: Shape, end: number): Portion {
    const { partsWithin } = this.#memory;
    const from = this.#at;
    this.#at = end;
    partsWithin.add(this.#bytes, from, end);
    const read = () => new MessageReader(this.#bytes, this.#memory, from).read(shape, end);
    const portion = new Portion(NOTHING_OWN, partsWithin, read);
    partsWithin.wipe();
    return portion;
  }

  #field(target: Target, field: Field, end: number): void {
    const { name } = field;
    if (field.own && field.shape && !field.isList) {
      target[name] = this.#part(field.shape, field.own, end);
      return;
    }
    if (field.isInline && field.shape) return this.#into(target, field.shape, end);
    if (field.isMap) {
      const map = (target[name] ??= {}) as Target;
      return this.#entry(map, field, end);
    }
    const value = this.#value(field, end);
    if (field.isList) {
      const list = target[name] as unknown[] | undefined;
      if (list === undefined) target[name] = [value];
      else list.push(value);
    } else if (value !== undefined && (field.showsZero || isShown(value))) target[name] = value;
  }

  #value(field: Field, end: number): unknown {
    switch (field.code) {
      case STRING:
        return this.#text(end, field.isPooled);
      case INT:
        return this.#int(end);
      case BOOL:
        return this.#int(end) !== 0;
      case TIME:
      case MICRO_TIME:
        return this.#time(field, end);
      case QUANTITY:
        return this.#quantity(end, field.isPooled);
      case INT_OR_STRING:
        return this.#intOrString(end);
      case RAW_JSON:
        return this.#rawJson(end);
      case MESSAGE:
        if (field.shape && field.own) return this.#partWithin(field.shape, end);
        if (field.shape && (field.shape.isStrict || field.shape.fields.length > 0)) {
          const target: Target = {};
          this.#into(target, field.shape, end);
          return target;
        }
        this.#at = end;
        return {};
    }
  }

  /** One entry of a map is a message of key (1) and value (2). */
  #entry(map: Target, field: Field, end: number): void {
    let key = '';
    let value = '';
    while (this.#at < end) {
      const tag = this.#uint(end);
      if (tag === 10) {
        key = this.#text(this.#lengthEnd(end), true);
        if (field.isKept?.(key) === false) {
          this.#at = end;
          return;
        }
      } else if (tag === 18) {
        const valueEnd = this.#lengthEnd(end);
        if (field.code === QUANTITY) value = this.#quantity(valueEnd, field.isPooled);
        else value = this.#text(valueEnd, field.isPooled);
      } else this.#skip(tag, end);
    }
    map[key] = value;
  }

  #text(end: number, isPooled: boolean): string {
    const from = this.#at;
    this.#at = end;
    return isPooled
      ? this.#memory.texts.text(this.#bytes, from, end)
      : this.#bytes.toString('utf8', from, end);
  }

  /** `{ 1: text }`. */
  #quantity(end: number, isPooled: boolean): string {
    let text = '';
    while (this.#at < end) {
      const tag = this.#uint(end);
      if (tag === 10) text = this.#text(this.#lengthEnd(end), isPooled);
      else this.#skip(tag, end);
    }
    return text;
  }

  /** `{ 1: 0 for a number, 1 for a text; 2: number; 3: text }`. */
  #intOrString(end: number): number | string {
    let isText = false;
    let number = 0;
    let text = '';
    while (this.#at < end) {
      const tag = this.#uint(end);
      if (tag === 8) isText = this.#int(end) === 1;
      else if (tag === 16) number = this.#int(end);
      else if (tag === 26) text = this.#text(this.#lengthEnd(end), false);
      else this.#skip(tag, end);
    }
    return isText ? text : number;
  }

  /** `{ 1: bytes }`: JSON that JSON shows as it is (runtime.RawExtension). What is none reads as if it were absent. */
  #rawJson(end: number): unknown {
    let text = '';
    while (this.#at < end) {
      const tag = this.#uint(end);
      if (tag === 10) text = this.#text(this.#lengthEnd(end), false);
      else this.#skip(tag, end);
    }
    try {
      return text === '' ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /** `{ 1: seconds, 2: nanoseconds }`; empty is Go's zero time, which JSON has as null. Only a MicroTime has fractions. */
  #time({ code, timesAsText }: Field, end: number): Date | string | undefined {
    if (this.#at === end) return undefined;
    let seconds = 0;
    let nanos = 0;
    while (this.#at < end) {
      const tag = this.#uint(end);
      if (tag === 8) seconds = this.#int(end);
      else if (tag === 16) nanos = this.#int(end);
      else this.#skip(tag, end);
    }
    const at = new Date(seconds * 1000 + (code === MICRO_TIME ? Math.floor(nanos / 1e6) : 0));
    if (Number.isNaN(at.getTime())) throw broken('holds a time out of range');
    return timesAsText ? at.toISOString().replace('.000Z', 'Z') : at;
  }

  #skip(tag: number, end: number): void {
    const wireType = tag & 7;
    if (tag >>> 3 === 0) throw broken('has a field without a number');
    if (wireType === BYTES) this.#at = this.#lengthEnd(end);
    else if (wireType === VARINT) this.#int(end);
    else if (wireType === FIXED32) this.#advance(4, end);
    else if (wireType === FIXED64) this.#advance(8, end);
    else throw broken('has a field of a type that does not exist');
  }

  #advance(count: number, end: number): void {
    if (this.#at + count > end) throw broken('ends in the middle of a field');
    this.#at += count;
  }

  /** Reads a length and answers where what it measures ends. */
  #lengthEnd(end: number): number {
    const length = this.#uint(end);
    if (length > end - this.#at) throw broken('ends in the middle of a field');
    return this.#at + length;
  }

  /** A tag or a length: at most 32 bits, and mostly one byte. */
  #uint(end: number): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= end) throw broken('ends in the middle of a field');
      const byte = bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw broken('has a number that is too long');
  }

  /** int32 and int64: two's complement of 64 bits; beyond 2^53 it is rounded, as JSON.parse does. */
  #int(end: number): number {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= end) throw broken('ends in the middle of a field');
      const byte = bytes[this.#at++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return high === 0 ? low >>> 0 : (high | 0) * TWO_TO_32 + (low >>> 0);
    }
    throw broken('has a number that is too long');
  }
}

/** `omitempty`: false, 0 and '' are left out of JSON; structs never are. */
const isShown = (value: unknown): boolean => value !== '' && value !== 0 && value !== false;

const broken = (how: string) => new ApiProtocolError(`An object in protobuf ${how}.`);
