import type { Clock } from './clock.ts';

/** The machine's own time. Its timers do not keep the process alive. */
export const wallClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
