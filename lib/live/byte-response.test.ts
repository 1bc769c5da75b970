import { describe, expect, it, vi } from 'vitest';
import { byteResponse } from './byte-response.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function aSource(parts: readonly string[], end: () => Promise<void> = () => Promise.resolve()) {
  const closed = vi.fn();
  async function* source() {
    try {
      for (const part of parts) yield bytes(part);
      await end();
    } finally {
      closed();
    }
  }
  return { source: source(), closed };
}

describe('byteResponse', () => {
  it('passes the bytes on as they are', async () => {
    const response = byteResponse(aSource(['one\n', '\u001b[31mtwo']).source);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('one\n\u001b[31mtwo');
  });

  it('closes its source on cancel', async () => {
    const { source, closed } = aSource(['one', 'two', 'three']);
    const reader = (byteResponse(source).body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('breaks off when the source fails: half a log must not look like all of it', async () => {
    const { source } = aSource(['one'], () => Promise.reject(new Error('socket closed')));
    await expect(byteResponse(source).text()).rejects.toThrow('socket closed');
  });
});
