import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '#lib/sandbox/transport.ts';
import type { ApiServer, ApiServerRequest } from './api-server.ts';
import type { Json } from './objects/json.ts';
import type { WatchFrame } from './reply.ts';
import type { User } from './request-info.ts';

/** The user of controllers and kubelets: everything is allowed. */
export const MASTER: User = { name: 'system:admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * A client in the same process as the server. A request is carried out when it is made and answered in a
 * microtask; watch events wait in order until they are read. Objects are the server's own, frozen.
 */
export class InProcessTransport implements Transport {
  /** Counts everything that happened on any in-process transport; see `settled`. */
  static #activity = 0;
  readonly #server: ApiServer;
  readonly #user: User;
  readonly #userAgent: string;

  constructor(
    server: ApiServer,
    { user = MASTER, userAgent = 'sandbox' }: { user?: User; userAgent?: string } = {},
  ) {
    this.#server = server;
    this.#user = user;
    this.#userAgent = userAgent;
  }

  /**
   * Resolves when no in-process client has anything left to do without the clock moving: every answer and
   * every watch event has been delivered and everything it set off has run. Clients that wait for real
   * I/O or timers are not covered.
   */
  static async settled(): Promise<void> {
    for (let seen = -1; seen !== InProcessTransport.#activity;) {
      seen = InProcessTransport.#activity;
      // A turn of the event loop begins only after the microtask queue has run dry.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async request({ signal, ...request }: ApiRequest): Promise<ApiResponse> {
    signal?.throwIfAborted();
    InProcessTransport.#activity += 1;
    const reply = this.#server.handle(this.#toServer(request));
    switch (reply.kind) {
      case 'json':
      case 'text':
        return { status: reply.status, body: reply.body };
      case 'log':
        return { status: 200, body: collected(reply.open) };
      case 'watch':
        throw new TypeError(`${request.path} is a watch; use watch()`);
      case 'session':
        throw new TypeError(`${request.path} is a session; it needs a connection`);
    }
  }

  /** A refused watch yields one ERROR event with the Status, like one that expires later. */
  watch<T>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
    return { [Symbol.asyncIterator]: () => this.#open<T>(path, signal) };
  }

  #open<T>(path: string, signal: AbortSignal): AsyncIterator<WatchEvent<T>> {
    const queue: WatchFrame[] = [];
    let ended = signal.aborted;
    let wake: () => void = () => undefined;
    const changed = (): void => {
      InProcessTransport.#activity += 1;
      wake();
    };
    const close = this.#start(path, {
      write: (frame) => {
        queue.push(frame);
        changed();
      },
      end: () => {
        ended = true;
        changed();
      },
    });
    const stop = (): void => {
      close();
      queue.length = 0;
      ended = true;
      changed();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return {
      next: async () => {
        while (queue.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
        const frame = queue.shift();
        if (frame) return { done: false, value: frame as WatchEvent<T> };
        signal.removeEventListener('abort', stop);
        return { done: true, value: undefined };
      },
      return: async () => {
        signal.removeEventListener('abort', stop);
        stop();
        return { done: true, value: undefined };
      },
    };
  }

  #start(path: string, sink: { write(frame: WatchFrame): void; end(): void }): () => void {
    const reply = this.#server.handle(this.#toServer({ method: 'GET', path }));
    if (reply.kind === 'watch') return reply.open(sink);
    if (reply.kind === 'json') sink.write({ type: 'ERROR', object: reply.body as WatchFrame['object'] });
    sink.end();
    return () => undefined;
  }

  #toServer({ method, path, body, contentType }: Omit<ApiRequest, 'signal'>): ApiServerRequest {
    return {
      method,
      path,
      body: body as Json | undefined,
      contentType,
      user: this.#user,
      userAgent: this.#userAgent,
    };
  }
}

/** The log as far as it is written; following is for clients that stream. */
function collected(open: (sink: { write(text: string): void; end(): void }) => () => void): string {
  let text = '';
  open({ write: (chunk) => (text += chunk), end: () => undefined })();
  return text;
}
