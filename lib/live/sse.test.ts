import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventStream } from './sse.ts';

const KB = 1024;
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

function aStream({ first }: { first?: Uint8Array } = {}) {
  const gone = new AbortController();
  const shutdown = new AbortController();
  const released = vi.fn();
  let send: (bytes: Uint8Array) => void = () => undefined;
  const response = eventStream({
    signal: gone.signal,
    shutdown: shutdown.signal,
    subscribe: (listener) => {
      send = listener;
      if (first) listener(first);
      return released;
    },
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  return { gone, shutdown, released, response, reader, send: (bytes: Uint8Array) => send(bytes) };
}

const readToEnd = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) size += next.value.byteLength;
  return size;
};

describe('eventStream', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('begins with a retry time, then what was subscribed to', async () => {
    const { reader, response } = aStream({ first: new TextEncoder().encode('data: {}\n\n') });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(text((await reader.read()).value)).toMatch(/^retry: \d+\n\n$/);
    expect(text((await reader.read()).value)).toBe('data: {}\n\n');
  });

  it('pings while nothing happens', async () => {
    const { reader } = aStream();
    await reader.read();
    vi.advanceTimersByTime(15_000);
    expect(text((await reader.read()).value)).toBe(': ping\n\n');
  });

  it('cuts a reader that falls behind, and releases its subscription', async () => {
    const { reader, released, send } = aStream();
    for (let sent = 0; sent < 40; sent++) send(new Uint8Array(10 * KB));
    await expect(readToEnd(reader)).rejects.toMatchObject({ name: 'AbortError' });
    expect(released).toHaveBeenCalledTimes(1);
  });

  it('does not cut a reader because the snapshot is large: the next one would be as large', async () => {
    const { gone, reader, released, send } = aStream({ first: new Uint8Array(2_000 * KB) });
    send(new Uint8Array(10 * KB));
    expect(released).not.toHaveBeenCalled();
    gone.abort();
    expect(await readToEnd(reader)).toBeGreaterThan(2_010 * KB);
  });

  it('ends without an error when the browser goes away', async () => {
    const { gone, reader, released } = aStream();
    gone.abort();
    await readToEnd(reader);
    expect(released).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the process stops', async () => {
    const { shutdown, reader, released } = aStream();
    shutdown.abort();
    await readToEnd(reader);
    expect(released).toHaveBeenCalledTimes(1);
  });

  it('subscribes nobody for a request that is already gone', async () => {
    const shutdown = new AbortController();
    const released = vi.fn();
    const { body } = eventStream({
      signal: AbortSignal.abort(),
      shutdown: shutdown.signal,
      subscribe: () => released,
    });
    await readToEnd((body as ReadableStream<Uint8Array>).getReader());
    expect(released).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('releases the subscription once when the response is cancelled, and ignores what is sent afterwards', async () => {
    const { gone, reader, released, send } = aStream();
    await reader.cancel();
    gone.abort();
    send(new Uint8Array(1));
    expect(released).toHaveBeenCalledTimes(1);
  });
});
