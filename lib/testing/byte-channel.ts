/** Bytes on their way to one reader, without Node's streams: everything moves in microtasks, so tests need no turns. */
export class ByteChannel implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  readonly #onLeave: () => void;
  #end: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;

  /** `onLeave` is called when the reader goes before the end. */
  constructor(onLeave: () => void = () => undefined) {
    this.#onLeave = onLeave;
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  push(chunk: Uint8Array): void {
    if (this.#end || chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#end ??= {};
    this.#wake?.();
  }

  /** The connection breaks; what is still unread is lost with it, or arrives before. */
  fail(error: Error, { keepUnread = false }: { readonly keepUnread?: boolean } = {}): void {
    if (this.#end) return;
    if (!keepUnread) this.#chunks.length = 0;
    this.#end = { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk) yield chunk;
        else if (this.#end?.error) throw this.#end.error;
        else if (this.#end) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      if (!this.#end) {
        this.#end = {};
        this.#onLeave();
      }
    }
  }
}
