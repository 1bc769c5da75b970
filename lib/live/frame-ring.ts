import type { Frame } from './frame.ts';

/** The newest frames, up to a number of bytes; the very newest one always. Readers share it: each knows only its place. */
export class FrameRing {
  readonly #limitBytes: number;
  readonly #frames = new Map<number, Frame>();
  #latest = 0;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** `seq` of the newest frame; 0 before the first. */
  get latest(): number {
    return this.#latest;
  }

  /** @param frame the next one: its `seq` is `latest + 1`. */
  push(frame: Frame): void {
    this.#frames.set(frame.seq, frame);
    this.#latest = frame.seq;
    this.#bytes += frame.size;
    for (const oldest of this.#frames.values()) {
      if (this.#bytes <= this.#limitBytes || this.#frames.size === 1) break;
      this.#frames.delete(oldest.seq);
      this.#bytes -= oldest.size;
    }
  }

  /** Whether everything after this place is still here. */
  holds(seq: number): boolean {
    return seq === this.#latest || this.#frames.has(seq + 1);
  }

  after(seq: number): Frame | undefined {
    return this.#frames.get(seq + 1);
  }
}
