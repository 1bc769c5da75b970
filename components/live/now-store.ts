const TICK_MS = 1_000;

/** One ticking source for the whole page, on the server's clock. */
export type NowStore = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => number;
  /** Server clock minus browser clock, ms. */
  readonly correct: (offsetMs: number) => void;
};

/** Jumps below this are network delay, not clock error. */
const NOISE_MS = 400;

export function createNowStore(initialNow: number, clock: () => number = Date.now): NowStore {
  const listeners = new Set<() => void>();
  let offsetMs = 0;
  let now = initialNow;
  let timer: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    now = clock() + offsetMs;
    for (const listener of listeners) listener();
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      if (timer === undefined) {
        now = clock() + offsetMs;
        timer = setInterval(tick, TICK_MS);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read: () => now,
    correct: (next) => {
      if (Math.abs(next - offsetMs) < NOISE_MS) return;
      offsetMs = next;
      tick();
    },
  };
}
