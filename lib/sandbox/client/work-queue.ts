import type { Clock } from '#lib/sandbox/clock.ts';
import type { Activity } from './activity.ts';

type Options = {
  readonly clock: Clock;
  readonly activity: Activity;
  /** One reconcile pass. A rejection is retried with back-off. */
  readonly process: (key: string) => Promise<void>;
  readonly report?: (error: unknown) => void;
};

const FIRST_RETRY_MS = 5;
const LAST_RETRY_MS = 1_000_000;

/**
 * Keys waiting for a reconcile pass: each at most once, one pass per turn of the clock, failures retried after
 * 5 ms doubling to 1000 s (client-go's DefaultTypedControllerRateLimiter).
 */
export class WorkQueue {
  readonly #options: Options;
  readonly #wakeAt = new Map<string, { at: number; cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  add(key: string): void {
    this.addAfter(key, 0);
  }

  /** Wakes `key` in `delayMs`, or earlier if it is already due earlier. */
  addAfter(key: string, delayMs: number): void {
    const at = this.#options.clock.now() + delayMs;
    const planned = this.#wakeAt.get(key);
    if (planned && planned.at <= at) return;
    planned?.cancel();
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#wakeAt.delete(key);
      if (this.#busy.has(key)) this.#again.add(key);
      else this.#options.activity.track(this.#run(key));
    });
    this.#wakeAt.set(key, { at, cancel });
  }

  async #run(key: string): Promise<void> {
    this.#busy.add(key);
    try {
      await this.#options.process(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#options.report?.(error);
      this.addAfter(key, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
    } finally {
      this.#busy.delete(key);
      if (this.#again.delete(key)) this.add(key);
    }
  }
}
