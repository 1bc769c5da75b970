import { createFrame, type Frame } from './frame.ts';
import { FrameRing } from './frame-ring.ts';

export type HubOptions<Row> = {
  readonly keyOf: (row: Row) => string;
  /** Its JSON; asked for once per row that is not the same object as before. */
  readonly textOf?: (row: Row) => string;
  /** Build the messages but for their rows, at least one property; called once per flush, not once per subscriber. */
  readonly snapshot: () => object;
  readonly delta: (removes: readonly string[]) => object;
  /** The names of the rows in them. */
  readonly rowsAs: { readonly snapshot: string; readonly delta: string };
  readonly schedule: (delayMs: number, task: () => void) => void;
  /** Changes after the first one are gathered this long (ms) where there are so many readers. */
  readonly windowMs: (readers: number) => number;
  /**
   * Part of every event id: unlike that of any other hub, also of the hub in this one's place before a restart. A place
   * in one order means nothing in another.
   */
  readonly epoch: string;
  /** How much news is kept for those who come back or fall behind (bytes). */
  readonly ringBytes?: number;
};

/** One reader's view of the hub. It holds a place, no queue. */
export type Feed = {
  /**
   * What this reader is to be sent next; undefined while it has everything. One that fell further behind than the ring
   * reaches gets a snapshot: the latest state wins.
   */
  next(): Frame | undefined;
  close(): void;
};

export type SubscribeOptions = {
  /** Called when `next()` has something after it had nothing. */
  readonly onNews: () => void;
  /** The id of the last event this reader saw, as it says. Anything that is no id of this hub means "nothing yet". */
  readonly lastEventId?: string;
};

const RING_BYTES = 256 * 1024;
/**
 * Those who come within this time share a snapshot and catch up through the ring, so that everybody's return after a restart
 * costs a few of them. It also tells the time, which a browser takes for exact within 400 ms.
 */
const SNAPSHOT_SHARED_MS = 250;

/**
 * Fan-out of a keyed list. The first change goes out at once, later ones in windows; between two flushes only the
 * latest state of a key survives, so a storm costs one message per window. Every row and every message is serialised once and put into
 * one ring for all; readers go through it at their own pace (see `sse.ts`).
 */
export class Hub<Row> {
  #rows = new Map<string, { row: Row; text: string }>();
  /** By key: the JSON of what was not sent yet. */
  #upserts = new Map<string, string>();
  #removes = new Set<string>();
  #windowOpen = false;
  #snapshot: Frame | undefined;
  /** Nobody is further than here while nobody reads. */
  #lastHeard = -1;
  readonly #listeners = new Set<{ readonly onNews: () => void }>();
  readonly #ring: FrameRing;
  readonly #options: HubOptions<Row>;

  constructor(options: HubOptions<Row>) {
    this.#options = options;
    this.#ring = new FrameRing(options.ringBytes ?? RING_BYTES);
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  rows(): readonly Row[] {
    return [...this.#rows.values()].map(({ row }) => row);
  }

  /** Replaces the whole list; only rows whose JSON differs travel. */
  set(rows: readonly Row[]): void {
    const { keyOf, textOf = JSON.stringify } = this.#options;
    const seen = new Set<string>();
    for (const row of rows) {
      const key = keyOf(row);
      seen.add(key);
      const known = this.#rows.get(key);
      if (known?.row === row) continue;
      const text = textOf(row);
      this.#rows.set(key, { row, text });
      if (known?.text === text) continue;
      this.#upserts.set(key, text);
      this.#removes.delete(key);
    }
    for (const key of this.#rows.keys()) {
      if (seen.has(key)) continue;
      this.#rows.delete(key);
      this.#upserts.delete(key);
      this.#removes.add(key);
    }
    if (this.#upserts.size + this.#removes.size > 0) this.#pump();
  }

  /** Sends a message that is not part of the list, in order with the deltas. */
  broadcast(message: object): void {
    this.#publish(() => JSON.stringify(message));
  }

  subscribe({ onNews, lastEventId }: SubscribeOptions): Feed {
    let place = this.#placeOf(lastEventId);
    const listener = { onNews };
    this.#listeners.add(listener);
    return {
      next: () => {
        const frame =
          place !== undefined && this.#ring.holds(place) ? this.#ring.after(place) : this.#snapshotFrame();
        place = frame?.seq ?? place;
        return frame;
      },
      close: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) this.#lastHeard = this.#ring.latest;
      },
    };
  }

  #placeOf(eventId: string | undefined): number | undefined {
    const prefix = `${this.#options.epoch}-`;
    const number = eventId?.startsWith(prefix) ? eventId.slice(prefix.length) : '';
    return /^\d{1,15}$/.test(number) ? Number(number) : undefined;
  }

  /**
   * Rows that wait for the window to end are in it already, and come once more in the delta: that is the same row or a
   * newer one. So a snapshot stays good as long as the ring holds what came after it.
   */
  #snapshotFrame(): Frame {
    if (this.#snapshot && this.#ring.holds(this.#snapshot.seq)) return this.#snapshot;
    const { snapshot, rowsAs } = this.#options;
    const texts = [...this.#rows.values()].map(({ text }) => text);
    const json = withRows(snapshot(), rowsAs.snapshot, texts);
    const frame = createFrame(this.#ring.latest, this.#idOf(this.#ring.latest), json);
    this.#snapshot = frame;
    this.#options.schedule(SNAPSHOT_SHARED_MS, () => {
      if (this.#snapshot === frame) this.#snapshot = undefined;
    });
    return frame;
  }

  #pump(): void {
    if (this.#windowOpen) return;
    this.#flush();
    this.#windowOpen = true;
    this.#options.schedule(this.#options.windowMs(this.subscribers), () => {
      this.#windowOpen = false;
      if (this.#upserts.size + this.#removes.size > 0) this.#pump();
    });
  }

  #flush(): void {
    const upserts = [...this.#upserts.values()];
    const removes = [...this.#removes];
    this.#upserts = new Map();
    this.#removes = new Set();
    const { delta, rowsAs } = this.#options;
    this.#publish(() => withRows(delta(removes), rowsAs.delta, upserts));
  }

  #publish(json: () => string): void {
    if (!this.#isHeard()) return;
    const seq = this.#ring.latest + 1;
    this.#ring.push(createFrame(seq, this.#idOf(seq), json()));
    for (const listener of this.#listeners) {
      try {
        listener.onNews();
      } catch {
        // Its stream is beyond repair; the others must not miss the news.
        this.#listeners.delete(listener);
      }
    }
  }

  /** Whether anybody reads, or could still come back to where it was. Otherwise news are not even serialised. */
  #isHeard(): boolean {
    return this.#listeners.size > 0 || this.#ring.holds(this.#lastHeard);
  }

  #idOf(seq: number): string {
    return `${this.#options.epoch}-${seq}`;
  }
}

/** The JSON of a message and its rows; those were serialised when they came: thousands at once would hold up everybody else. */
function withRows(message: object, name: string, rows: readonly string[]): string {
  return `${JSON.stringify(message).slice(0, -1)},${JSON.stringify(name)}:[${rows.join(',')}]}`;
}
