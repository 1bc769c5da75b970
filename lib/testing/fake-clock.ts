import type { Clock } from '#lib/kube/clock.ts';

type Sleeper = { readonly wakeAt: number; readonly wake: () => void };

export interface FakeClock extends Clock {
  /** Moves time on, waking sleepers in order; what they start may sleep again within the same span. */
  advance(ms: number): Promise<void>;
  /** Lets everything that does not wait for time run until it stops. */
  settle(): Promise<void>;
  /** Delays asked of `sleep` so far, in order. */
  readonly sleeps: readonly number[];
}

/** A turn of the event loop lets streams, microtasks and loopback I/O proceed; a few of them drain a chain. */
const TURNS = 12;

/** `turns`: 1 is enough where nothing but promises moves. */
export function createFakeClock(
  startAt: number,
  { turns = TURNS }: { readonly turns?: number } = {},
): FakeClock {
  let now = startAt;
  const sleepers = new Set<Sleeper>();
  const sleeps: number[] = [];

  const settle = async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const nextUntil = (limit: number) =>
    [...sleepers].filter(({ wakeAt }) => wakeAt <= limit).toSorted((a, b) => a.wakeAt - b.wakeAt)[0];

  return {
    sleeps,
    settle,
    now: () => now,
    sleep: (ms, signal) => {
      sleeps.push(ms);
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakeAt: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = nextUntil(until); next; next = nextUntil(until)) {
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}
