import { createBackoffManager, type BackoffManager } from './backoff-manager.ts';
import type { Clock } from './clock.ts';
import type { ListMeta, WatchEvent } from './decoder.ts';
import type { ListWatch } from './list-watch.ts';
import { isBrokenStream, isExpired, isVersionBefore, reactionTo, type Reaction } from './reflector-policy.ts';
import type { ReflectorState } from './reflector-state.ts';
import type { Store } from './store.ts';

/** Pages of this size block the event loop for about 30 ms at most, and cost no more than larger ones. */
const PAGE_SIZE = 250;
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
 * list again only when the place is lost. The contract is client-go's (tools/cache/reflector.go) with two
 * additions: forbidden and absent kinds are states with a slow probe, and silence on the wire counts as a broken
 * connection. Never rejects.
 */
export async function runReflector<T>(options: ReflectorOptions<T>, signal: AbortSignal): Promise<void> {
  await new Reflector(options, signal).run();
}

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
  /** Nothing was ever asked for, so that nothing is in the store. */
  #isFirstList = true;

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
        this.#version ??= await this.#relist();
        await this.#follow();
      } catch (error) {
        if (!this.#signal.aborted) await this.#react(error);
      }
    }
  }

  async #relist(): Promise<string> {
    const { listWatch, store, state } = this.#options;
    this.#justListed = true;
    // Into an empty store pages go as they come: all at once they would block the loop, and until the last one is there
    // the kind is syncing and nothing is judged. Later lists replace what is held in one step.
    const fill = (page: readonly T[]) => store.batch(() => page.forEach((object) => store.upsert(object)));
    const onPage = this.#isFirstList ? fill : undefined;
    this.#isFirstList = false;
    const { objects, meta, pages } = await listAll(listWatch, { signal: this.#signal, onPage });
    if (pages !== 'filled') store.replace(objects);
    state.live();
    state.confirmed();
    return meta.resourceVersion;
  }

  /** Applies one watch until it ends; moves `#version` along. */
  async #follow(): Promise<void> {
    const { clock, report } = this.#options;
    const events = await this.#open();
    const openedAt = clock.now();
    let objects = 0;
    try {
      for await (const batch of events) {
        objects += batch.filter(({ type }) => type !== 'BOOKMARK').length;
        this.#apply(batch);
      }
    } catch (error) {
      if (!isBrokenStream(error)) throw error;
      report('failure', messageOf(error));
    }
    this.#justListed = false;
    if (objects === 0 && !this.#signal.aborted && clock.now() - openedAt < SHORT_WATCH_MS) {
      await this.#wait({ message: 'The API server ends watches at once.', atLeastMs: 0 });
    }
  }

  async #open(): Promise<AsyncGenerator<readonly WatchEvent<T>[]>> {
    const { listWatch, state, clock, random } = this.#options;
    const opened = new AbortController();
    void clock.sleep(REOPEN_GRACE_MS, opened.signal).then(() => {
      if (!opened.signal.aborted) state.failing('The API server does not answer.');
    });
    try {
      const timeoutSeconds = MIN_WATCH_SECONDS + Math.floor(random() * MIN_WATCH_SECONDS);
      const resourceVersion = this.#version ?? '';
      const events = await listWatch.watch({ resourceVersion, timeoutSeconds, signal: this.#signal });
      state.live();
      return events;
    } finally {
      opened.abort('opened');
    }
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

/**
 * Reads all pages into one consistent set. A page token that expired (410) starts over, first paged, then
 * unpaged as client-go's pager does: two snapshots are never mixed.
 */
async function listAll<T>(listWatch: ListWatch<T>, { signal, onPage }: ListOptions<T>): Promise<Listed<T>> {
  // Only the first attempt: a second one has not seen what the first one may have left behind.
  let take = onPage;
  for (const limit of [PAGE_SIZE, PAGE_SIZE]) {
    try {
      return await listPages(listWatch, { limit, signal, onPage: take });
    } catch (error) {
      if (!isExpired(error)) throw error;
      take = undefined;
    }
  }
  return listPages(listWatch, { signal });
}

type ListOptions<T> = {
  readonly limit?: number;
  readonly signal: AbortSignal;
  /** Takes the pages as they come. */
  readonly onPage?: (page: readonly T[]) => void;
};

/** `filled`: everything went to `onPage`. */
type Listed<T> = {
  readonly objects: readonly T[];
  readonly meta: ListMeta;
  readonly pages: 'filled' | 'collected';
};

async function listPages<T>(
  listWatch: ListWatch<T>,
  { limit, signal, onPage }: ListOptions<T>,
): Promise<Listed<T>> {
  let objects: T[] = [];
  const collect = (object: T) => objects.push(object);
  const handOver = () => {
    if (!onPage) return;
    onPage(objects);
    objects = [];
  };
  const first = await listWatch.list({ limit, signal }, collect);
  handOver();
  for (let token = first.continue; token !== undefined;) {
    token = (await listWatch.list({ limit, continue: token, signal }, collect)).continue;
    handOver();
  }
  // All pages carry the version of the first; were they not to, the oldest loses nothing.
  return { objects, meta: first, pages: onPage ? 'filled' : 'collected' };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
