import { isNext, nowhere, takeApart, type Apart, type ObjectParts, type Place } from './json-object-parts.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Depth of a list object's own fields, and of the elements inside its `items`. */
const FIELD_DEPTH = 1;
const ITEM_DEPTH = 2;
/** Inside an item, and inside its metadata. */
const OBJECT_DEPTH = 3;
const METADATA_DEPTH = 4;
const MAX_SHELL_BYTES = 1024 * 1024;
/** Keys behind their first quote. */
const MANAGED_FIELDS = Buffer.from('managedFields":[');
const SPEC = Buffer.from('spec":{');
/** Brackets and braces differ in this bit. */
const SQUARE_TO_CURLY = 0x20;

/** The bytes of an item's spec are to be read at once or never. */
type OnItem = (item: ObjectParts) => void;

/**
 * Finds the elements of `items` in a JSON list as its bytes arrive, without their managedFields, so that each can be
 * parsed, projected and forgotten alone: parsing whole bodies blocks the loop for seconds and keeps everything alive at once.
 * Works on bytes: the structural characters of JSON never occur inside a multi-byte UTF-8 sequence.
 */
export class JsonListScanner {
  readonly #onItem: OnItem;
  readonly #cutsSpec: boolean;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;
  /** The latest string directly inside the list object: the key when a value begins. */
  #key: number[] = [];
  /** Inside an item: its pieces from earlier chunks. */
  #item: Buffer[] | undefined;
  /** Everything but the items: `{"kind":…,"metadata":{…},"items":[]}`. */
  #shell: number[] = [];

  constructor(onItem: OnItem, { cutsSpec = false } = {}) {
    this.#onItem = onItem;
    this.#cutsSpec = cutsSpec;
  }

  /** @throws RangeError when what is not an item grows beyond a mebibyte: this is no list. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length;)
      at = this.#item ? this.#scanItem(bytes, at) : this.#scanShell(bytes, at);
    if (this.#shell.length > MAX_SHELL_BYTES) throw new RangeError('not a list');
  }

  /** The list without its items, as JSON text; undefined when the body ended inside a value. */
  end(): string | undefined {
    const whole = this.#depth === 0 && !this.#inString && this.#shell.length > 0;
    return whole ? this.text : undefined;
  }

  /** What was read outside of items so far. */
  get text(): string {
    return Buffer.from(this.#shell).toString('utf8');
  }

  /**
   * Reads up to the end of the item or of the chunk, noting where its managedFields are on the way. The hot loop: state
   * is in local variables, and strings, most of all bytes, have a loop of their own.
   */
  #scanItem(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let depth = this.#depth;
    const managed = nowhere();
    const spec = nowhere();
    let at = this.#inString ? this.#skipString(bytes, from) : from;
    while (at < length) {
      const byte = bytes[at++] ?? 0;
      if (byte === QUOTE) {
        if (depth === METADATA_DEPTH && managed.from < 0 && isNext(bytes, at, MANAGED_FIELDS)) {
          at += MANAGED_FIELDS.length;
          managed.from = at;
          depth++;
        } else if (depth === OBJECT_DEPTH && this.#cutsSpec && spec.from < 0 && isNext(bytes, at, SPEC)) {
          at += SPEC.length;
          spec.from = at - 1; // with its brace
          depth++;
        } else {
          while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
          if (at >= length) this.#tear(at > length);
          at++;
        }
      } else if ((byte | SQUARE_TO_CURLY) === OPEN_BRACE) depth++;
      else if ((byte | SQUARE_TO_CURLY) === CLOSE_BRACE) {
        depth--;
        if (depth === METADATA_DEPTH && managed.from >= 0 && managed.to < 0) managed.to = at - 1;
        else if (depth === OBJECT_DEPTH && spec.from >= 0 && spec.to < 0) spec.to = at;
        else if (depth === ITEM_DEPTH) {
          this.#depth = depth;
          this.#finishItem(bytes, { from, to: at }, { managed, spec });
          return at;
        }
      }
    }
    this.#depth = depth;
    this.#item?.push(Buffer.from(bytes.subarray(from)));
    return length;
  }

  /** From inside a string to behind it, or to the end of the chunk. */
  #skipString(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = this.#escaped ? from + 1 : from;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#inString = false;
        this.#escaped = false;
        return at + 1;
      }
      if (byte === BACKSLASH) at++;
    }
    this.#tear(at > length);
    return length;
  }

  /** The chunk ends inside a string, maybe behind a backslash. */
  #tear(escaped: boolean): void {
    this.#inString = true;
    this.#escaped = escaped;
  }

  /** Reads up to the beginning of an item or the end of the chunk. */
  #scanShell(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#inString) {
        this.#insideString(byte);
        continue;
      }
      if (this.#inItems && this.#depth === ITEM_DEPTH && byte === OPEN_BRACE) {
        this.#item = [];
        return at;
      }
      this.#structure(byte);
      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth--;
    }
    return bytes.length;
  }

  #insideString(byte: number): void {
    this.#shell.push(byte);
    if (this.#depth === FIELD_DEPTH) this.#key.push(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }

  /** A byte that belongs to the list itself. */
  #structure(byte: number): void {
    if (this.#depth === FIELD_DEPTH) {
      if (byte === QUOTE) this.#key = [];
      if (byte === OPEN_BRACKET) this.#inItems = Buffer.from(this.#key).toString('latin1') === 'items"';
    }
    const closesItems = this.#inItems && this.#depth === ITEM_DEPTH && byte === CLOSE_BRACKET;
    if (closesItems) this.#inItems = false;
    // Commas and blanks between items are left out, so that the rest stays valid JSON.
    if (!this.#inItems || (this.#depth === FIELD_DEPTH && byte === OPEN_BRACKET)) this.#shell.push(byte);
  }

  #finishItem(bytes: Buffer, item: Place, apart: Apart): void {
    const parts = this.#item ?? [];
    if (parts.length > 0) {
      // It came in pieces: what is to be cut out may have been torn, so that it is looked for again.
      this.#item = [];
      this.#scanItem(Buffer.concat([...parts, bytes.subarray(item.from, item.to)]), 0);
      return;
    }
    this.#item = undefined;
    this.#onItem(takeApart(bytes, item, apart));
  }
}
