import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { type Frame, GZIP_HEADER, Part } from './frame.ts';
import type { Feed, SubscribeOptions } from './hub.ts';

export type SseOptions = {
  /** The process is stopping: open streams would keep it alive. */
  readonly shutdown: AbortSignal;
  readonly subscribe: (options: Pick<SubscribeOptions, 'onNews'>) => Feed;
  /** Whether this reader takes gzip. */
  readonly gzip: boolean;
  /** 0 to 1. */
  readonly random: () => number;
  readonly heartbeatMs?: number;
};

const HEARTBEAT = new Part(Buffer.from(': ping\n\n'));
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform: compression in a proxy would hold events back in its buffer.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // The stream ends with its connection (RFC 9112, 6.3): without the frames of chunked encoding each message is one write.
  connection: 'close',
};
/** After so many parts in a row, which may have to be compressed first (8 ms), everybody else gets a turn. */
const PARTS_AT_ONCE = 8;
/** Native readers (EventSource) come back after this, each at a time of its own. */
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;

/**
 * Answers with an event stream until the reader leaves or the process stops. Bytes are handed over only as fast as the reader
 * takes them, so a slow one has at most a part of a frame in this process and finds the latest state when it comes for
 * more. One that took nothing from one heartbeat to the next is cut: it holds the kernel's buffers and sees nothing anyway.
 */
export function sendEvents(response: ServerResponse, options: SseOptions): void {
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, options.gzip ? { ...HEADERS, 'content-encoding': 'gzip' } : HEADERS);
  response.flushHeaders();
  const stream = new EventStream(response, options);
  stream.open();
}

class EventStream {
  readonly #response: ServerResponse;
  /** The socket itself: `response.write` would cork and uncork it for every message, which costs as much as the write. */
  readonly #out: Writable;
  readonly #options: SseOptions;
  #feed: Feed | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #frame: Frame | undefined;
  #nextPart = 0;
  #isFull = false;
  #turn: NodeJS.Immediate | undefined;
  #wasFull = false;

  constructor(response: ServerResponse, options: SseOptions) {
    this.#response = response;
    // There is none yet while a request that was sent before on the same connection is not answered.
    this.#out = response.socket ?? response;
    this.#options = options;
  }

  open(): void {
    const { shutdown, subscribe, random, gzip, heartbeatMs = 15_000 } = this.#options;
    if (this.#response.destroyed || shutdown.aborted) return void this.#response.end();
    const retryMs = RETRY_MS + Math.floor(random() * RETRY_SPREAD_MS);
    if (gzip) this.#out.write(GZIP_HEADER);
    this.#write(new Part(Buffer.from(`retry: ${retryMs}\n\n`)));
    this.#heartbeat = setInterval(this.#beat, heartbeatMs);
    shutdown.addEventListener('abort', this.#end);
    this.#out.on('drain', this.#drained);
    this.#response.on('close', this.#release);
    // A socket that breaks is told by `close` as well.
    this.#response.on('error', this.#release);
    this.#feed = subscribe({ onNews: this.#pump });
    this.#pump();
  }

  readonly #pump = (): void => {
    if (this.#isFull || this.#turn || !this.#feed) return;
    let written = 0;
    for (let part = this.#part(); part; part = this.#part()) {
      this.#write(part);
      if (this.#isFull) return;
      written += 1;
      if (written === PARTS_AT_ONCE) {
        this.#turn = setImmediate(this.#goOn);
        return;
      }
    }
  };

  readonly #goOn = (): void => {
    this.#turn = undefined;
    this.#pump();
  };

  #part(): Part | undefined {
    if (!this.#frame || this.#nextPart === this.#frame.parts.length) {
      this.#frame = this.#feed?.next();
      this.#nextPart = 0;
    }
    return this.#frame?.parts[this.#nextPart++];
  }

  #write(part: Part): void {
    this.#isFull = !this.#out.write(this.#options.gzip ? part.deflated : part.bytes);
  }

  readonly #drained = (): void => {
    this.#isFull = false;
    this.#wasFull = false;
    this.#pump();
  };

  readonly #beat = (): void => {
    if (!this.#isFull) this.#write(HEARTBEAT);
    else if (this.#wasFull) this.#response.destroy();
    else this.#wasFull = true;
  };

  readonly #end = (): void => {
    this.#release();
    this.#response.end();
  };

  readonly #release = (): void => {
    clearInterval(this.#heartbeat);
    clearImmediate(this.#turn);
    this.#options.shutdown.removeEventListener('abort', this.#end);
    this.#out.off('drain', this.#drained);
    this.#feed?.close();
    this.#feed = undefined;
  };
}
