import type { Clock } from './clock.ts';
import type { ClusterConnection, KubeRequest } from './connection.ts';
import type { ListMeta, WatchEvent } from './decoder.ts';
import type { Encoding } from './encoding.ts';
import { ApiNetworkError, type NetworkFailure } from './network-error.ts';
import type { ApiPath } from './path.ts';
import type { KubeResponse } from './response.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

/** One kind at its source, as the reflector needs it. */
export interface ListWatch<T> {
  /** Reads one page; `limit` undefined asks for everything. */
  list(
    options: { readonly limit?: number; readonly continue?: string; readonly signal: AbortSignal },
    onObject: (object: T) => void,
  ): Promise<ListMeta>;
  /** Resolves once the server has accepted the watch. Abandoning the iteration closes the connection. */
  watch(options: WatchOptions): Promise<AsyncGenerator<readonly WatchEvent<T>[]>>;
}

export type WatchOptions = {
  /** Where to go on; undefined with `sendInitialEvents`: the newest state. */
  readonly resourceVersion?: string;
  /** First all there is as ADDED events, then a bookmark that ends them, then changes (KEP-3157). */
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
};

export type ListWatchOptions<T> = {
  readonly connection: Pick<ClusterConnection, 'request'>;
  readonly path: ApiPath;
  readonly encoding: Encoding<T>;
  readonly clock: Clock;
  /**
   * A stream without a byte for this long is dropped as hung. A quiet watch has a bookmark each minute (apiserver
   * storage/cacher), so that 75 s of silence are not normal. One that misses something is found sooner: see `overseeQuiet`.
   */
  readonly silenceMs: number;
};

export function createListWatch<T>({
  connection,
  path,
  encoding,
  clock,
  silenceMs,
}: ListWatchOptions<T>): ListWatch<T> {
  const ask = async (query: KubeRequest['query'], signal: AbortSignal): Promise<KubeResponse> => {
    const request = () => connection.request(path, { query, headers: { accept: encoding.accept }, signal });
    const response = await request();
    if (!encoding.isRefused(response)) return response;
    response.discard();
    return request();
  };
  const silent = (failure: NetworkFailure) => () => {
    const seconds = Math.round(silenceMs / 1000);
    return new ApiNetworkError(failure, `The API server has sent nothing for ${seconds} s.`);
  };
  return {
    async list({ limit, continue: token, signal }, onObject) {
      const watchdog = createWatchdog({ clock, limitMs: silenceMs, late: silent('timeout') }, signal);
      try {
        const response = await ask({ limit, continue: token }, watchdog.signal);
        const decoder = await encoding.decoderOf(response);
        return await decoder.list(guarded(response.body, watchdog), onObject);
      } finally {
        watchdog.stop();
      }
    },

    async watch({ resourceVersion, sendInitialEvents = false, timeoutSeconds, signal }) {
      const watchdog = createWatchdog({ clock, limitMs: silenceMs, late: silent('reset') }, signal);
      try {
        const query = {
          watch: 1,
          allowWatchBookmarks: true,
          resourceVersion,
          ...(sendInitialEvents && { sendInitialEvents, resourceVersionMatch: 'NotOlderThan' }),
          timeoutSeconds,
        };
        const response = await ask(query, watchdog.signal);
        const decoder = await encoding.decoderOf(response);
        return decoder.watch(guarded(response.body, watchdog));
      } catch (error) {
        watchdog.stop();
        throw error;
      }
    },
  };
}

/** Passes a body through, noting that something was heard; stops the watchdog at its end. */
async function* guarded(body: AsyncIterable<Uint8Array>, watchdog: Watchdog): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) {
      watchdog.heard();
      yield chunk;
    }
  } finally {
    watchdog.stop();
  }
}
