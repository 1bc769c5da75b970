import type { Clock } from './clock.ts';
import type { WatchEvent } from './decoder.ts';
import type { Identity } from './kinds.ts';
import type { ListWatch } from './list-watch.ts';
import { ApiNetworkError } from './network-error.ts';
import { createWatchdog } from './watchdog.ts';

/**
 * So long may a stream of initial events stand still before it is given up for pages. client-go only warns
 * (tools/cache/reflector.go, initialEventsEndBookmarkTicker), which leaves an informer behind a proxy that buffers empty.
 */
export const INITIAL_EVENTS_STALL_MS = 10_000;

/** A whole kind at one moment, and the stream that goes on from there. */
export type InitialState<T> = {
  readonly objects: Iterable<T>;
  /** Of the bookmark that ended the initial events. */
  readonly resourceVersion: string;
  readonly events: AsyncGenerator<readonly WatchEvent<T>[]>;
};

/** The end of the initial events did not come: the server does not know of it, or something holds the stream back. */
export class InitialEventsStalledError extends Error {
  override readonly message = 'The end of the initial events did not come.';
}

/** The stream was closed before the end of the initial events. */
export class InitialEventsCutError extends Error {
  override readonly message = 'The API server closed a watch before the end of its initial events.';
}

export type WatchListOptions<T> = {
  readonly listWatch: Pick<ListWatch<T>, 'watch'>;
  readonly identity: (object: T) => Identity;
  readonly clock: Clock;
  readonly timeoutSeconds: number;
};

/**
 * Reads all of a kind as the initial events of a watch, as the newest state (KEP-3157). Nothing of it is given out before
 * the bookmark that ends them: what is shown meanwhile stays as it was.
 *
 * @throws InitialEventsStalledError, InitialEventsCutError; what an ERROR event says; as `ListWatch.watch`.
 */
export async function watchList<T>(
  { listWatch, identity, clock, timeoutSeconds }: WatchListOptions<T>,
  parent: AbortSignal,
): Promise<InitialState<T>> {
  let events: AsyncGenerator<readonly WatchEvent<T>[]> | undefined;
  const late = () =>
    events
      ? new InitialEventsStalledError()
      : new ApiNetworkError('timeout', 'The API server does not answer.');
  const watchdog = createWatchdog({ clock, limitMs: INITIAL_EVENTS_STALL_MS, late }, parent);
  try {
    events = await listWatch.watch({ sendInitialEvents: true, timeoutSeconds, signal: watchdog.signal });
    const collected = new CollectedState(identity);
    for (;;) {
      const next = await events.next();
      if (next.done === true) throw new InitialEventsCutError();
      const end = collected.take(next.value);
      if (end !== undefined) {
        watchdog.stop();
        const rest = next.value.slice(end.at + 1);
        return { ...end, objects: collected.objects(), events: resumed(rest, events) };
      }
      if (!collected.sawChange) watchdog.heard();
    }
  } catch (error) {
    watchdog.stop();
    await events?.return(undefined);
    throw error;
  }
}

/** The initial events so far. An array while nothing is taken away: a store takes the last of a name anyway. */
class CollectedState<T> {
  readonly #identity: (object: T) => Identity;
  readonly #added: T[] = [];
  #byName: Map<string, T> | undefined;
  /** Initial events are additions; after the first change the end is due, however many more come. */
  sawChange = false;

  constructor(identity: (object: T) => Identity) {
    this.#identity = identity;
  }

  /** Where in `batch` the end was, and its version. @throws what an ERROR event says. */
  take(batch: readonly WatchEvent<T>[]): { at: number; resourceVersion: string } | undefined {
    for (const [at, event] of batch.entries()) {
      if (event.type === 'ERROR') throw event.error;
      if (event.type === 'BOOKMARK') {
        if (event.endsInitialEvents === true) return { at, resourceVersion: event.resourceVersion };
        continue;
      }
      if (event.type !== 'ADDED') this.sawChange = true;
      if (event.object === undefined) continue;
      if (event.type === 'DELETED') this.#named().delete(this.#key(event.object));
      else if (this.#byName) this.#byName.set(this.#key(event.object), event.object);
      else this.#added.push(event.object);
    }
    return undefined;
  }

  objects(): Iterable<T> {
    return this.#byName?.values() ?? this.#added;
  }

  #named(): Map<string, T> {
    return (this.#byName ??= new Map(this.#added.map((object) => [this.#key(object), object])));
  }

  #key(object: T): string {
    const { namespace, name } = this.#identity(object);
    return `${namespace}/${name}`;
  }
}

async function* resumed<T>(
  first: readonly WatchEvent<T>[],
  rest: AsyncGenerator<readonly WatchEvent<T>[]>,
): AsyncGenerator<readonly WatchEvent<T>[]> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
