/** No longer than this at a time (ms); between two slices everybody else gets a turn. */
const SLICE_MS = 8;
/** The first change is evaluated at once; those within this time after an evaluation, together at its end (ms). */
const GATHER_MS = 20;
/** Work without end gets a fifth of the time, so that the rest is left to everybody else ... */
const SHARE = 0.2;
/** ... but nothing waits for the rest of this much work, which is a burst (ms). */
const BURST_MS = 100;
const CREDIT_MS = BURST_MS / SHARE;
const MAX_REST_MS = 1_000;
/** Work that only follows the time takes one slice in so long (ms): 5 % of a core. */
const BACKGROUND_REST_MS = 150;

export type EvaluationLoopOptions = {
  /** Does work until `isOver`; answers whether more is left. */
  readonly step: (isOver: () => boolean) => boolean;
  /** The same for work that can wait. */
  readonly background: (isOver: () => boolean) => boolean;
  /** Brings to the readers what a slice found. How long that takes depends on them, and is no work to rest from. */
  readonly show: () => void;
  readonly onError: (error: unknown) => void;
  readonly schedule: (delayMs: number, task: () => void) => void;
  /** Calls back when what is due in the process has had its turn. */
  readonly yieldTo: (task: () => void) => void;
  /** A clock that never jumps (ms). */
  readonly elapsed: () => number;
  /** How long this thread worked, without what it waited for a core: others on the machine must not cost rest (ms). */
  readonly worked: () => number;
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
  #owedMs = 0;
  #workedMs = 0;
  #endedAt = -Infinity;

  constructor(options: EvaluationLoopOptions) {
    this.#options = options;
  }

  /** Something changed. */
  soon(): void {
    if (this.#due) return;
    this.#due = true;
    if (!this.#running) this.#arm();
  }

  /** Time passed, and what follows from that alone may be looked at when nothing else is to do. */
  later(): void {
    if (this.#aging) return;
    this.#aging = true;
    this.#options.schedule(BACKGROUND_REST_MS, () => {
      this.#aging = false;
      const isLeft = this.#running || this.#work(this.#options.background);
      if (isLeft) this.later();
    });
  }

  #arm(): void {
    const { schedule, elapsed } = this.#options;
    const restMs = Math.max(GATHER_MS, this.#owedMs - CREDIT_MS);
    schedule(Math.max(0, this.#endedAt + restMs - elapsed()), () => {
      this.#running = true;
      this.#workedMs = 0;
      this.#slice();
    });
  }

  #slice(): void {
    const { step, worked, yieldTo } = this.#options;
    // A change that arrives from now on is seen by a later slice of this run, or starts another.
    this.#due = false;
    const isLeft = this.#work((isOver) => {
      const before = worked();
      try {
        return step(isOver);
      } finally {
        this.#workedMs += worked() - before;
      }
    });
    if (isLeft) {
      this.#due = true;
      yieldTo(() => this.#slice());
      return;
    }
    this.#running = false;
    this.#account();
    if (this.#due) this.#arm();
  }

  /** Work owes the time it may be done in; what is owed is paid by the time that passes. */
  #account(): void {
    const now = this.#options.elapsed();
    const leftMs = Math.max(0, this.#owedMs - (now - this.#endedAt));
    this.#owedMs = Math.min(leftMs + this.#workedMs / SHARE, CREDIT_MS + MAX_REST_MS);
    this.#endedAt = now;
  }

  /** One slice, and what it found. Thrown from a timer an error would end the process, and with it the view of everything else. */
  #work(work: (isOver: () => boolean) => boolean): boolean {
    const { elapsed, onError, show } = this.#options;
    const startedAt = elapsed();
    try {
      const isLeft = work(() => elapsed() - startedAt >= SLICE_MS);
      show();
      return isLeft;
    } catch (error) {
      onError(error);
      return false;
    }
  }
}

/** For `worked`: from the beginning of this thread. */
export function threadWorkedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
