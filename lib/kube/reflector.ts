import { createBackoffManager, type BackoffManager } from './backoff-manager.ts';
import type { Clock } from './clock.ts';
import type { WatchEvent } from './decoder.ts';
import type { Identity } from './kinds.ts';
import { listAll } from './list-pages.ts';
import type { ListWatch } from './list-watch.ts';
import { overseeQuiet } from './quiet-watch.ts';
import { isBrokenStream, isVersionBefore, reactionTo, type Reaction } from './reflector-policy.ts';
import type { ReflectorState } from './reflector-state.ts';
import type { Store } from './store.ts';
import type { WatchListSupport } from './watch-list-support.ts';
import { watchList } from './watch-list.ts';

/** client-go: a watch that ends within a second and brought nothing is an error. */
const SHORT_WATCH_MS = 1_000;
/** A watch that cannot be opened again within this time means that what is shown may be stale. */
const REOPEN_GRACE_MS = 5_000;
const PROBE_PERIOD_MS = 60_000;
const MIN_WATCH_SECONDS = 300;
/** So many failures in a row without an event or bookmark, and the version we resume from is given up. */
const SUSPECT_LIMIT = 5;

export type ReflectorOptions<T> = {
  readonly listWatch: ListWatch<T>;
  /** Shared by all reflectors of the kind. */
  readonly watchList: WatchListSupport;
  readonly identity: (object: T) => Identity;
  readonly store: Pick<Store<T>, 'replace' | 'upsert' | 'remove' | 'batch'>;
  readonly state: ReflectorState;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly report: (what: 'relist' | 'failure', message: string) => void;
};

/** The server's versions went back: it was restored from a backup, and our place means nothing there. */
class WentBackError extends Error {
  override readonly message = 'The API server went back to an older state.';
}

/**
 * Keeps a store equal to one kind on the API server, until the signal aborts: list, watch from there, resume,
 * list again only when the place is lost. The contract is client-go's (tools/cache/reflector.go) with three
 * additions: forbidden and absent kinds are states with a slow probe, a stream that hangs is found, and so is one of
 * initial events that does not come to its end. Never rejects.
 */
export async function runReflector<T>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<void> {
  await new Reflector(options, signal).run();
}

/** One watch, from its opening on. */
type Stream<T> = {
  readonly events: AsyncGenerator<readonly WatchEvent<T>[]>;
  /** Ends it with this error. */
  readonly fail: (error: Error) => void;
};

class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #signal: AbortSignal;
  readonly #backoff: BackoffManager;
  /** Where to resume; undefined: list first. */
  #version: string | undefined;
  /** Nothing has happened since the last list was asked for. */
  #justListed = false;
  /** So many lists in a row gave a place that was refused at once. */
  #refusedPlaces = 0;
  #suspectsInARow = 0;
  #mustProbe = false;

  constructor(options: ReflectorOptions<T>, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#backoff = createBackoffManager(options.clock, options.random);
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        if (this.#mustProbe) await this.#probe();
        this.#mustProbe = false;
        const stream = this.#version === undefined ? await this.#initialise() : undefined;
        await this.#follow(stream ?? (await this.#open()));
      } catch (error) {
        if (!this.#signal.aborted) await this.#react(error);
      }
    }
  }

  /** Reads everything: as the initial events of a watch, which is then followed, or in pages. */
  async #initialise(): Promise<Stream<T> | undefined> {
    const { watchList: support, report } = this.#options;
    this.#justListed = true;
    while (support.isTried()) {
      try {
        return await this.#streamAll();
      } catch (error) {
        this.#signal.throwIfAborted();
        const what = support.failed(error);
        if (what === 'react') throw error;
        report('failure', messageOf(error));
        if (what === 'list') break;
      }
    }
    const { objects, meta } = await listAll(this.#options.listWatch, this.#signal);
    this.#replace(objects, meta.resourceVersion);
    return undefined;
  }

  async #streamAll(): Promise<Stream<T>> {
    const { watchList: support } = this.#options;
    const failed = new AbortController();
    const signal = AbortSignal.any([this.#signal, failed.signal]);
    const timeoutSeconds = this.#timeoutSeconds();
    const { objects, resourceVersion, events } = await watchList(
      { ...this.#options, timeoutSeconds },
      signal,
    );
    support.succeeded();
    this.#replace(objects, resourceVersion);
    return { events, fail: (error) => failed.abort(error) };
  }

  #replace(objects: Iterable<T>, resourceVersion: string): void {
    const { store, state } = this.#options;
    store.replace(objects);
    this.#version = resourceVersion;
    state.live();
    state.confirmed();
  }

  /** Applies one watch until it ends; moves `#version` along. */
  async #follow({ events, fail }: Stream<T>): Promise<void> {
    const { clock, report } = this.#options;
    const openedAt = clock.now();
    const quiet = this.#oversee(fail);
    let objects = 0;
    try {
      for await (const batch of events) {
        quiet.heard();
        objects += batch.filter(({ type }) => type !== 'BOOKMARK').length;
        this.#apply(batch);
      }
    } catch (error) {
      if (!isBrokenStream(error)) throw error;
      report('failure', messageOf(error));
    } finally {
      quiet.stop();
      if (clock.now() - openedAt >= SHORT_WATCH_MS) this.#justListed = false;
    }
    this.#justListed = false;
    if (objects === 0 && !this.#signal.aborted && clock.now() - openedAt < SHORT_WATCH_MS) {
      await this.#wait({ message: 'The API server ends watches at once.', atLeastMs: 0 });
    }
  }

  #oversee(fail: Stream<T>['fail']) {
    const { listWatch, clock, random, state } = this.#options;
    return overseeQuiet(
      {
        listWatch,
        clock,
        random,
        version: () => this.#version ?? '',
        onConfirmed: () => {
          state.live();
          state.confirmed();
        },
        onUnsure: (message, retryAt) => state.failing(message, retryAt),
        onDead: fail,
      },
      this.#signal,
    );
  }

  async #open(): Promise<Stream<T>> {
    const { listWatch, state, clock } = this.#options;
    const opened = new AbortController();
    void clock.sleep(REOPEN_GRACE_MS, opened.signal).then(() => {
      if (!opened.signal.aborted) state.failing('The API server does not answer.');
    });
    const failed = new AbortController();
    const signal = AbortSignal.any([this.#signal, failed.signal]);
    try {
      const resourceVersion = this.#version;
      const events = await listWatch.watch({
        resourceVersion,
        timeoutSeconds: this.#timeoutSeconds(),
        signal,
      });
      state.live();
      return { events, fail: (error) => failed.abort(error) };
    } finally {
      opened.abort('opened');
    }
  }

  #timeoutSeconds(): number {
    return MIN_WATCH_SECONDS + Math.floor(this.#options.random() * MIN_WATCH_SECONDS);
  }

  #apply(batch: readonly WatchEvent<T>[]): void {
    const { store, state } = this.#options;
    store.batch(() => {
      for (const event of batch) {
        if (event.type === 'ERROR') throw event.error;
        if (event.type === 'BOOKMARK') {
          if (isVersionBefore(event.resourceVersion, this.#version ?? '')) throw new WentBackError();
        } else if (event.object !== undefined) {
          if (event.type === 'DELETED') store.remove(event.object);
          else store.upsert(event.object);
        }
        this.#version = event.resourceVersion || this.#version;
      }
    });
    this.#justListed = false;
    this.#suspectsInARow = 0;
    state.live();
    state.confirmed();
  }

  async #react(error: unknown): Promise<void> {
    const { state, report } = this.#options;
    const message = messageOf(error);
    const reaction: Reaction =
      error instanceof WentBackError ? { kind: 'relist' } : reactionTo(error, { hasData: state.hasData() });
    switch (reaction.kind) {
      case 'relist':
        this.#version = undefined;
        report('relist', message);
        // Taken at once, but a server that refuses the place it has just given must not be listed in a tight loop.
        this.#refusedPlaces = this.#justListed ? this.#refusedPlaces + 1 : 0;
        if (this.#refusedPlaces > 1) return this.#wait({ message, atLeastMs: 0 });
        return state.failing('The API server has forgotten our place; everything is read again.');
      case 'forbidden':
      case 'absent':
        return this.#withdraw(reaction.kind, message);
      case 'retry':
        report('failure', message);
        this.#justListed = false;
        if (reaction.suspect && ++this.#suspectsInARow >= SUSPECT_LIMIT) {
          this.#version = undefined;
          this.#suspectsInARow = 0;
        }
        return this.#wait({ message, atLeastMs: reaction.atLeastMs });
    }
  }

  /** Takes the data away and looks again after a minute. */
  async #withdraw(kind: 'forbidden' | 'absent', message: string): Promise<void> {
    const { store, state, clock } = this.#options;
    this.#version = undefined;
    this.#mustProbe = true;
    store.replace([]);
    state.refused(kind, { message, retryAt: clock.now() + PROBE_PERIOD_MS });
    await clock.sleep(PROBE_PERIOD_MS, this.#signal);
  }

  async #wait({ message, atLeastMs }: { message: string; atLeastMs: number }): Promise<void> {
    const { state, clock } = this.#options;
    const delayMs = Math.max(this.#backoff.next(), atLeastMs);
    state.failing(message, clock.now() + delayMs);
    await clock.sleep(delayMs, this.#signal);
  }

  /** Asks for both rights before data is shown again: with `list` but not `watch` it would come and go. */
  async #probe(): Promise<void> {
    const { listWatch } = this.#options;
    const { resourceVersion } = await listWatch.list({ limit: 1, signal: this.#signal }, () => undefined);
    const attempt = new AbortController();
    const signal = AbortSignal.any([this.#signal, attempt.signal]);
    await listWatch.watch({ resourceVersion, timeoutSeconds: 1, signal });
    attempt.abort();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
