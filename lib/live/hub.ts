/** What a subscriber receives: bytes that were serialised once for everyone. */
export type Frame<Type extends string> = { readonly type: Type; readonly bytes: Uint8Array };

export type HubOptions<Row> = {
  readonly keyOf: (row: Row) => string;
  /** Builds the messages; called once per flush, not once per subscriber. */
  readonly snapshot: (rows: readonly Row[]) => object;
  readonly delta: (upserts: readonly Row[], removes: readonly string[]) => object;
  readonly schedule: (delayMs: number, task: () => void) => void;
  /** Changes after the first one are gathered this long (ms). */
  readonly windowMs: number;
};

export type HubFrame = Frame<'snapshot' | 'delta' | 'message'>;

/**
 * Fan-out of a keyed list. The first change goes out at once, later ones in windows; between two flushes only the
 * latest state of a key survives, so a storm costs one message per window. Subscribers hold no queue here: the
 * response stream is the only buffer (see `sse.ts`, which cuts readers that fall behind).
 */
export class Hub<Row> {
  #rows = new Map<string, { row: Row; text: string }>();
  #upserts = new Map<string, Row>();
  #removes = new Set<string>();
  #listeners = new Set<(frame: HubFrame) => void>();
  #snapshot: HubFrame | undefined;
  #windowOpen = false;
  readonly #options: HubOptions<Row>;
  readonly #encoder = new TextEncoder();

  constructor(options: HubOptions<Row>) {
    this.#options = options;
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()].map(({ row }) => row);
  }

  /** Replaces the whole list; only rows whose JSON differs travel. */
  set(rows: readonly Row[]): void {
    const seen = new Set<string>();
    for (const row of rows) {
      const key = this.#options.keyOf(row);
      seen.add(key);
      const known = this.#rows.get(key);
      if (known?.row === row) continue;
      const text = JSON.stringify(row);
      if (known?.text === text) continue;
      this.#rows.set(key, { row, text });
      this.#upserts.set(key, row);
      this.#removes.delete(key);
    }
    for (const key of this.#rows.keys()) {
      if (seen.has(key)) continue;
      this.#rows.delete(key);
      this.#upserts.delete(key);
      this.#removes.add(key);
    }
    if (this.#upserts.size + this.#removes.size > 0) {
      this.#snapshot = undefined;
      this.#pump();
    }
  }

  /** Sends a message that is not part of the list, in order with the deltas. */
  broadcast(message: object): void {
    this.#snapshot = undefined;
    this.#send({ type: 'message', bytes: this.#encode(message) });
  }

  subscribe(listener: (frame: HubFrame) => void): () => void {
    // Pending changes are already in #rows, so they go out first: the newcomer must not see them twice.
    this.#flush();
    listener((this.#snapshot ??= this.#makeSnapshot()));
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Shared by those who come within one window, no longer: it tells the time and the state of the connection. */
  #makeSnapshot(): HubFrame {
    this.#options.schedule(this.#options.windowMs, () => (this.#snapshot = undefined));
    return { type: 'snapshot', bytes: this.#encode(this.#options.snapshot(this.rows())) };
  }

  #pump(): void {
    if (this.#windowOpen) return;
    this.#flush();
    this.#windowOpen = true;
    this.#options.schedule(this.#options.windowMs, () => {
      this.#windowOpen = false;
      if (this.#upserts.size + this.#removes.size > 0) this.#pump();
    });
  }

  #flush(): void {
    if (this.#upserts.size + this.#removes.size === 0) return;
    const upserts = [...this.#upserts.values()];
    const removes = [...this.#removes];
    this.#upserts = new Map();
    this.#removes = new Set();
    if (this.#listeners.size > 0)
      this.#send({ type: 'delta', bytes: this.#encode(this.#options.delta(upserts, removes)) });
  }

  #send(frame: HubFrame): void {
    for (const listener of this.#listeners) {
      try {
        listener(frame);
      } catch {
        // Its stream is beyond repair; the others must not miss the frame.
        this.#listeners.delete(listener);
      }
    }
  }

  /** JSON never contains a raw newline, so a message cannot forge a second event. */
  #encode(message: object): Uint8Array {
    return this.#encoder.encode(`data: ${JSON.stringify(message)}\n\n`);
  }
}
