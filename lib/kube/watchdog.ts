import type { Clock } from './clock.ts';

export type Watchdog = {
  /** The parent's, aborted with `late()` as well. */
  readonly signal: AbortSignal;
  /** Something came: the limit counts from now on. */
  heard(): void;
  stop(): void;
};

/** Aborts its signal when nothing was heard for `limitMs`, until it is stopped or its parent aborts. */
export function createWatchdog(
  { clock, limitMs, late }: { readonly clock: Clock; readonly limitMs: number; readonly late: () => Error },
  parent: AbortSignal,
): Watchdog {
  const silence = new AbortController();
  const stopped = new AbortController();
  const ended = AbortSignal.any([parent, stopped.signal]);
  let heardAt = clock.now();

  const watch = async () => {
    while (!ended.aborted) {
      heardAt = Math.min(heardAt, clock.now()); // the wall clock may be set back
      const leftMs = heardAt + limitMs - clock.now();
      if (leftMs <= 0) return silence.abort(late());
      await clock.sleep(leftMs, ended);
    }
  };
  void watch();

  return {
    signal: AbortSignal.any([parent, silence.signal]),
    heard: () => {
      heardAt = clock.now();
    },
    stop: () => stopped.abort('stopped'),
  };
}
