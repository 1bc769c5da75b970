import { withoutManagedFields } from './without-managed-fields.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Depth of a list object's own fields, and of the elements inside its `items`. */
const FIELD_DEPTH = 1;
const ITEM_DEPTH = 2;
/** Inside the objects an item consists of: its metadata among them. */
const METADATA_DEPTH = 4;
/** The same in an item alone. */
const ITEM_METADATA_DEPTH = METADATA_DEPTH - 2;
const MAX_SHELL_BYTES = 1024 * 1024;
/** Behind its first quote. */
const KEY = Buffer.from('managedFields":[');
/** Brackets and braces differ in this bit. */
const SQUARE_TO_CURLY = 0x20;

/**
 * Finds the elements of `items` in a JSON list as its bytes arrive, without their managedFields, so that each can be
 * parsed, projected and forgotten alone: parsing whole bodies blocks the loop for seconds and keeps everything alive at once.
 * Works on bytes: the structural characters of JSON never occur inside a multi-byte UTF-8 sequence.
 */
export class JsonListScanner {
  #onItem: (json: string) => void;
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

  constructor(onItem: (json: string) => void) {
    this.#onItem = onItem;
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
    let cutFrom = 0;
    let cutTo = 0;
    let at = this.#inString ? this.#skipString(bytes, from) : from;
    while (at < length) {
      const byte = bytes[at++] ?? 0;
      if (byte === QUOTE) {
        if (depth === METADATA_DEPTH && cutFrom === 0 && isManagedFields(bytes, at)) {
          at += KEY.length;
          depth++;
          cutFrom = at;
        } else at = this.#skipString(bytes, at);
      } else if ((byte | SQUARE_TO_CURLY) === OPEN_BRACE) depth++;
      else if ((byte | SQUARE_TO_CURLY) === CLOSE_BRACE) {
        depth--;
        if (depth === ITEM_DEPTH) {
          this.#depth = depth;
          this.#finishItem(bytes.subarray(from, at), cutFrom - from, cutTo - from);
          return at;
        }
        if (depth === METADATA_DEPTH && cutFrom > 0 && cutTo === 0) cutTo = at - 1;
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
    this.#inString = true;
    this.#escaped = at > length; // the last byte was the backslash
    return length;
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

  /** `cutFrom` and `cutTo`: where the managedFields of an item are that came in one chunk. */
  #finishItem(lastPart: Buffer, cutFrom: number, cutTo: number): void {
    const parts = this.#item ?? [];
    this.#item = undefined;
    if (parts.length > 0)
      this.#onItem(withoutManagedFields(Buffer.concat([...parts, lastPart]), ITEM_METADATA_DEPTH));
    else if (cutTo <= 0) this.#onItem(lastPart.toString('utf8'));
    else this.#onItem(lastPart.toString('utf8', 0, cutFrom) + lastPart.toString('utf8', cutTo));
  }
}

/** Whether the key that begins behind a quote is that of managedFields, with its list. */
function isManagedFields(bytes: Buffer, from: number): boolean {
  if (from + KEY.length > bytes.length) return false;
  for (let at = 0; at < KEY.length; at++) if (bytes[from + at] !== KEY[at]) return false;
  return true;
}
