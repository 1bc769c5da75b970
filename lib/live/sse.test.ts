import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrame, type Frame } from './frame.ts';
import { sendEvents } from './sse.ts';

const KB = 1024;

/** A response with Node's own back pressure, whose other end is read when the test says so. */
class Reader extends PassThrough {
  headers: Record<string, string> = {};
  constructor() {
    super({ highWaterMark: 64 * KB });
  }
  /** Without one, an earlier request of the same connection is not answered yet. */
  readonly socket: Reader | null = this;
  writeHead(_status: number, headers: Record<string, string>): void {
    this.headers = headers;
  }
  flushHeaders(): void {}
  /** What came so far, in whole: reading it makes room. */
  taken(): Buffer {
    const chunks: Buffer[] = [];
    for (let chunk = this.read() as Buffer | null; chunk; chunk = this.read() as Buffer | null)
      chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

function aStream({ frames = [] as Frame[], gzip = false, gone = false } = {}) {
  const shutdown = new AbortController();
  const close = vi.fn();
  const news = [...frames];
  let onNews = (): void => undefined;
  const reader = new Reader();
  if (gone) reader.destroy();
  sendEvents(reader as unknown as ServerResponse, {
    shutdown: shutdown.signal,
    gzip,
    random: () => 0,
    subscribe: (options) => {
      onNews = options.onNews;
      return { next: () => news.shift(), close };
    },
  });
  const publish = (frame: Frame) => {
    news.push(frame);
    onNews();
  };
  return { reader, shutdown, close, publish, unsent: () => news.length };
}

const event = (seq: number, size = 1) =>
  createFrame(seq, `e-${seq}`, JSON.stringify({ text: 'x'.repeat(size) }));
/** Streams tell of room and of their end in later turns of the event loop. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an event stream', () => {
  beforeEach(() =>
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }),
  );
  afterEach(() => vi.useRealTimers());

  it('begins with a retry time, then what was subscribed to, and then the news', () => {
    const { reader, publish } = aStream({ frames: [event(1)] });
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    expect(reader.taken().toString()).toBe('retry: 1000\n\nid: e-1\ndata: {"text":"x"}\n\n');
    publish(event(2));
    expect(reader.taken().toString()).toBe('id: e-2\ndata: {"text":"x"}\n\n');
  });

  it('is compressed for readers that take gzip', () => {
    const { reader, publish } = aStream({ frames: [event(1)], gzip: true });
    publish(event(2));
    expect(reader.headers['content-encoding']).toBe('gzip');
    const text = gunzipSync(reader.taken(), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    expect(text).toBe('retry: 1000\n\nid: e-1\ndata: {"text":"x"}\n\nid: e-2\ndata: {"text":"x"}\n\n');
  });

  it('pings while nothing happens', () => {
    const { reader } = aStream();
    reader.taken();
    vi.advanceTimersByTime(15_000);
    expect(reader.taken().toString()).toBe(': ping\n\n');
  });

  it('takes nothing from the hub for a reader that reads nothing', () => {
    const { reader, publish, unsent } = aStream();
    for (let seq = 1; seq <= 100; seq++) publish(event(seq, 10 * KB));
    expect(unsent()).toBeGreaterThan(80);
    expect(reader.writableLength + reader.readableLength).toBeLessThan(256 * KB);
  });

  it('goes on when a slow reader has made room', async () => {
    const { reader, publish, unsent } = aStream();
    for (let seq = 1; seq <= 40; seq++) publish(event(seq, 10 * KB));
    let size = 0;
    while (unsent() > 0) {
      size += reader.taken().byteLength;
      await settle();
    }
    expect(size + reader.taken().byteLength).toBeGreaterThan(400 * KB);
  });

  it('gives others a turn in the middle of a large message, whose parts are compressed on the way', async () => {
    // What compresses well would leave at once, however large it is.
    const { reader } = aStream({ frames: [event(1, 2_000 * KB)], gzip: true });
    const inflated = () =>
      gunzipSync(Buffer.concat(taken), { finishFlush: constants.Z_SYNC_FLUSH }).byteLength;
    const taken = [reader.taken()];
    expect(inflated()).toBeLessThan(600 * KB);
    for (let turn = 0; turn < 4; turn++) {
      await settle();
      taken.push(reader.taken());
    }
    expect(inflated()).toBeGreaterThan(2_000 * KB);
  });

  it('cuts a reader that took nothing from one heartbeat to the next, and releases its subscription', async () => {
    const { reader, close, publish } = aStream();
    for (let seq = 1; seq <= 40; seq++) publish(event(seq, 10 * KB));
    vi.advanceTimersByTime(15_000);
    expect(reader.destroyed).toBe(false);
    vi.advanceTimersByTime(15_000);
    expect(reader.destroyed).toBe(true);
    await settle();
    expect(close).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not cut a reader because its snapshot is large and its line slow', async () => {
    const { reader } = aStream({ frames: [event(1, 2_000 * KB)] });
    let size = 0;
    for (let heartbeat = 0; size < 2_000 * KB; heartbeat++) {
      expect(heartbeat).toBeLessThan(100);
      vi.advanceTimersByTime(15_000);
      expect(reader.destroyed).toBe(false);
      size += reader.taken().byteLength;
      await settle();
    }
  });

  it('releases everything when the reader goes away', async () => {
    const { reader, close, publish } = aStream();
    reader.destroy();
    await settle();
    publish(event(1));
    expect(close).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the process stops', () => {
    const { reader, shutdown, close } = aStream();
    shutdown.abort();
    expect(reader.writableEnded).toBe(true);
    expect(close).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer for a reader that was gone before it began', () => {
    const { close } = aStream({ gone: true, frames: [event(1)] });
    expect(vi.getTimerCount()).toBe(0);
    expect(close).not.toHaveBeenCalled();
  });
});
