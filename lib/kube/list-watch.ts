import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import type { ClusterConnection, KubeRequest } from './connection.ts';
import type { ListMeta, WatchEvent } from './decoder.ts';
import type { Encoding } from './encoding.ts';
import { ApiNetworkError } from './network-error.ts';
import type { ApiPath } from './path.ts';
import type { KubeResponse } from './response.ts';

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
  readonly resourceVersion: string;
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
   * storage/cacher), so that 75 s of silence are not normal. Hung connections are found sooner: see `endWhenHung`.
   */
  readonly silenceMs: number;
};

/** What has arrived is read without a break, which the loop's other work waits for: about 5 ms of it at a time. */
const BREAK_BYTES = 256 * 1024;

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
  return {
    async list({ limit, continue: token, signal }, onObject) {
      const watchdog = createWatchdog(clock, silenceMs, signal);
      try {
        const response = await ask({ limit, continue: token }, watchdog.signal);
        const decoder = await encoding.decoderOf(response);
        return await decoder.list(watchdog.guard(response.body), onObject);
      } finally {
        watchdog.stop();
      }
    },

    async watch({ resourceVersion, timeoutSeconds, signal }) {
      const watchdog = createWatchdog(clock, silenceMs, signal);
      try {
        const query = { watch: 1, allowWatchBookmarks: true, resourceVersion, timeoutSeconds };
        const response = await ask(query, watchdog.signal);
        const decoder = await encoding.decoderOf(response);
        return decoder.watch(watchdog.guard(response.body));
      } catch (error) {
        watchdog.stop();
        throw error;
      }
    },
  };
}

/** Aborts its signal with an ApiNetworkError when nothing was heard for `silenceMs`. */
function createWatchdog(clock: Clock, silenceMs: number, parent: AbortSignal) {
  const silence = new AbortController();
  const stopped = new AbortController();
  const ended = AbortSignal.any([parent, stopped.signal]);
  let heardAt = clock.now();

  const watch = async () => {
    while (!ended.aborted) {
      heardAt = Math.min(heardAt, clock.now()); // the wall clock may be set back
      const leftMs = heardAt + silenceMs - clock.now();
      if (leftMs <= 0) {
        const seconds = Math.round(silenceMs / 1000);
        silence.abort(new ApiNetworkError('timeout', `The API server has sent nothing for ${seconds} s.`));
        return;
      }
      await clock.sleep(leftMs, ended);
    }
  };
  void watch();

  return {
    signal: AbortSignal.any([parent, silence.signal]),
    stop: () => stopped.abort('stopped'),
    /** Passes the body through, noting that something was heard; stops watching at its end. */
    async *guard(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      try {
        for await (const chunk of body) {
          heardAt = clock.now();
          yield chunk;
          bytes += chunk.byteLength;
          if (bytes < BREAK_BYTES) continue;
          bytes = 0;
          await setImmediate();
        }
      } finally {
        stopped.abort('stopped');
      }
    },
  };
}
