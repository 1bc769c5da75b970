/** No longer than this at a time (ms); between two slices everybody else gets a turn. */
const SLICE_MS = 8;
/** The first change is evaluated at once; those within this time after an evaluation, together at its end (ms). */
const GATHER_MS = 20;
/** After work that took long, so many times as long is left to everybody else, up to a limit (ms). */
const REST_FACTOR = 4;
const MAX_REST_MS = 1_000;
/** Work that only follows the time takes one slice in so long (ms): 5 % of a core. */
const BACKGROUND_REST_MS = 150;

export type EvaluationLoopOptions = {
  /** Does work until `isOver`; answers whether more is left. */
  readonly step: (isOver: () => boolean) => boolean;
  /** The same for work that can wait. */
  readonly background: (isOver: () => boolean) => boolean;
  readonly onError: (error: unknown) => void;
  readonly schedule: (delayMs: number, task: () => void) => void;
  /** Calls back when what is due in the process has had its turn. */
  readonly yieldTo: (task: () => void) => void;
  /** A clock that never jumps (ms). */
  readonly elapsed: () => number;
};

/**
 * Cuts evaluations into slices, so that no answer waits for one: the first computation of a large cluster takes
 * seconds. Nothing is queued here; what has to be done is asked of `step` each time, so only the latest state counts.
 */
export class EvaluationLoop {
  readonly #options: EvaluationLoopOptions;
  #due = false;
  #running = false;
  #aging = false;
  #restMs = 0;
  #tookMs = 0;
  #endedAt = -Infinity;

  constructor(options: EvaluationLoopOptions) {
    this.#options = options;
  }

  /** Something changed. */
  soon(): void {
    if (this.#due) return;
    this.#due = true;
    const { schedule, elapsed } = this.#options;
    schedule(Math.max(0, this.#endedAt + Math.max(GATHER_MS, this.#restMs) - elapsed()), () => {
      this.#running = true;
      this.#tookMs = 0;
      this.#slice();
    });
  }

  /** Time passed, and what follows from that alone may be looked at when nothing else is to do. */
  later(): void {
    if (this.#aging) return;
    this.#aging = true;
    this.#options.schedule(BACKGROUND_REST_MS, () => {
      this.#aging = false;
      const isLeft = this.#running || this.#timed(this.#options.background);
      if (isLeft) this.later();
    });
  }

  #slice(): void {
    // A change that arrives from now on is seen by a later slice of this run, or starts another.
    this.#due = false;
    const isLeft = this.#timed(this.#options.step);
    if (isLeft) {
      this.#due = true;
      this.#options.yieldTo(() => this.#slice());
      return;
    }
    this.#running = false;
    this.#endedAt = this.#options.elapsed();
    this.#restMs = Math.min(this.#tookMs * REST_FACTOR, MAX_REST_MS);
  }

  /** Thrown from a timer an error would end the process, and with it the view of everything else. */
  #timed(work: (isOver: () => boolean) => boolean): boolean {
    const { elapsed, onError } = this.#options;
    const startedAt = elapsed();
    try {
      return work(() => elapsed() - startedAt >= SLICE_MS);
    } catch (error) {
      onError(error);
      return false;
    } finally {
      this.#tookMs += elapsed() - startedAt;
    }
  }
}
