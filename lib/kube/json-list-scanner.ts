const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Depth of a list object's own fields, and of the elements inside its `items`. */
const FIELD_DEPTH = 1;
const ITEM_DEPTH = 2;
const MAX_SHELL_BYTES = 1024 * 1024;

/**
 * Finds the elements of `items` in a JSON list as its bytes arrive, so that each can be parsed, projected and
 * forgotten alone: parsing whole bodies blocks the loop for seconds and keeps everything alive at once.
 * Works on bytes: the structural characters of JSON never occur inside a multi-byte UTF-8 sequence.
 */
export class JsonListScanner {
  #onItem: (json: Buffer) => void;
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

  constructor(onItem: (json: Buffer) => void) {
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

  /** Reads up to the end of the item or of the chunk; the hot loop, hence the local copies of the state. */
  #scanItem(bytes: Buffer, from: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let at = from;
    for (; at < bytes.length && (inString || depth > ITEM_DEPTH || at === from); at++) {
      const byte = bytes[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    if (depth === ITEM_DEPTH && !inString) this.#finishItem(bytes.subarray(from, at));
    else this.#item?.push(Buffer.from(bytes.subarray(from, at)));
    return at;
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

  #finishItem(lastPart: Buffer): void {
    const parts = this.#item ?? [];
    this.#item = undefined;
    this.#onItem(parts.length === 0 ? lastPart : Buffer.concat([...parts, lastPart]));
  }
}
