import { ApiProtocolError, ApiStatusError } from './api-error.ts';
import { createBackoffManager } from './backoff-manager.ts';
import type { Clock } from './clock.ts';
import type { ListWatch } from './list-watch.ts';
import { ApiNetworkError } from './network-error.ts';
import { createWatchdog } from './watchdog.ts';

/** A watch that brought nothing for so long is asked about. A living one has a bookmark each minute. */
const QUIET_MS = 35_000;
/** Up to so much sooner, so that ten quiet kinds do not ask at once. */
const SPREAD_MS = 5_000;
/** The second watch lasts so long: the API server ends each with a bookmark two seconds before its time is up. */
export const ASKING_SECONDS = 4;
/** By then it must have ended. Together with the silence before: a dead stream is found within 43 s. */
const ANSWER_WITHIN_MS = 8_000;
/** What the second watch brings, the first may be about to bring. */
const GRACE_MS = 1_000;

/** Clocks and networks are not exact. */
const EARLY_MS = 1_500;

export type QuietWatch = {
  /** The watch brought something. */
  heard(): void;
  /** The watch has ended. */
  stop(): void;
};

export type QuietWatchOptions = {
  readonly listWatch: Pick<ListWatch<unknown>, 'watch'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where the watch stands. */
  readonly version: () => string;
  /** Nothing has happened since: what is held is still right. */
  readonly onConfirmed: () => void;
  /** The API server has no time to say: what is held may be right. */
  readonly onUnsure: (message: string, retryAt: number) => void;
  /** The watch is dead, or may not go on. */
  readonly onDead: (error: Error) => void;
};

/**
 * Tells a watch that hangs from one with nothing to say. Silence proves nothing: a single stream may die on a connection
 * whose pings are answered, and HTTP/1.1 has none. So a second, short watch is opened from the same place. Whatever it
 * brings, the first one misses; when it ends with nothing but a bookmark, nothing was missed.
 */
export function overseeQuiet(options: QuietWatchOptions, parent: AbortSignal): QuietWatch {
  const { clock, random, version, onConfirmed, onUnsure, onDead } = options;
  const stopped = new AbortController();
  const signal = AbortSignal.any([parent, stopped.signal]);
  let heardAt = clock.now();
  let batches = 0;
  let quietMs = QUIET_MS - random() * SPREAD_MS;
  const backoff = createBackoffManager(clock, random);

  /** Asks once. Whatever the watch itself brings meanwhile is the better answer. */
  const ask = async (): Promise<void> => {
    const before = batches;
    const isAnswered = () => signal.aborted || batches !== before;
    try {
      const brought = await brings(options, version(), signal);
      if (brought && !isAnswered()) await clock.sleep(GRACE_MS, signal);
      if (isAnswered()) return;
      if (brought) throw new ApiNetworkError('reset', 'A watch has fallen silent and missed changes.');
      onConfirmed();
      heardAt = clock.now();
      quietMs = QUIET_MS - random() * SPREAD_MS;
    } catch (error) {
      if (isAnswered()) return;
      if (!isBusy(error)) {
        stopped.abort('dead');
        return onDead(error instanceof Error ? error : new Error(String(error)));
      }
      const delayMs = Math.max(backoff.next(), retryAfterMs(error));
      onUnsure(error.message, clock.now() + delayMs);
      await clock.sleep(delayMs, signal);
    }
  };
  const oversee = async () => {
    while (!signal.aborted) {
      heardAt = Math.min(heardAt, clock.now()); // the wall clock may be set back
      const leftMs = heardAt + quietMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs, signal);
      else await ask();
    }
  };
  void oversee();

  return {
    heard: () => {
      heardAt = clock.now();
      batches++;
    },
    stop: () => stopped.abort('stopped'),
  };
}

/**
 * Whether a watch from `resourceVersion` brings any change. @throws as a watch; when it does not end in time; when it ends
 * too soon, without a bookmark: whoever answered knows nothing of what happened.
 */
async function brings(
  { listWatch, clock }: QuietWatchOptions,
  resourceVersion: string,
  parent: AbortSignal,
): Promise<boolean> {
  const late = () => new ApiNetworkError('timeout', 'The API server does not answer.');
  const watchdog = createWatchdog({ clock, limitMs: ANSWER_WITHIN_MS, late }, parent);
  const askedAt = clock.now();
  let isConfirmed = false;
  try {
    const { signal } = watchdog;
    const events = await listWatch.watch({ resourceVersion, timeoutSeconds: ASKING_SECONDS, signal });
    for await (const batch of events) {
      for (const event of batch) {
        if (event.type === 'ERROR') throw event.error;
        if (event.type !== 'BOOKMARK') return true;
        isConfirmed = true;
      }
    }
  } finally {
    watchdog.stop();
  }
  const endedEarly = clock.now() - askedAt < ASKING_SECONDS * 1000 - EARLY_MS;
  if (!isConfirmed && endedEarly) throw new UnansweredError('The API server ends watches at once.');
  return false;
}

class UnansweredError extends Error {}

/** The API server has no time for a second watch, or something else answers: that says nothing of the first. */
const isBusy = (error: unknown): error is ApiStatusError | UnansweredError | ApiProtocolError =>
  error instanceof UnansweredError ||
  error instanceof ApiProtocolError ||
  (error instanceof ApiStatusError && (error.code === 429 || error.code >= 500));

const retryAfterMs = (error: unknown): number =>
  error instanceof ApiStatusError ? (error.retryAfterMs ?? 0) : 0;
