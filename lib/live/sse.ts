export type SseOptions = {
  /** The browser went away (`request.signal`; Next never fires `close`). */
  readonly signal: AbortSignal;
  /** The process is stopping: open streams would keep it alive. */
  readonly shutdown: AbortSignal;
  readonly subscribe: (send: (bytes: Uint8Array) => void) => () => void;
  readonly heartbeatMs?: number;
};

const encoder = new TextEncoder();
/**
 * A reader that has this much unread, beside the largest message it was sent, is cut; it reconnects and gets a
 * snapshot. A large snapshot alone must not cut: the next one would be as large, and nobody would ever get through.
 */
const SLOW_READER_BYTES = 256 * 1024;
const HIGH_WATER_BYTES = 64 * 1024;

/** An event-stream response. Headers leave with the first chunk, so `retry:` is sent at once. */
export function eventStream({ signal, shutdown, subscribe, heartbeatMs = 15_000 }: SseOptions): Response {
  let release = (_reason: 'gone' | 'slow' | 'shutdown'): void => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        let largest = 0;
        const send = (bytes: Uint8Array): void => {
          if (!open) return;
          controller.enqueue(bytes);
          largest = Math.max(largest, bytes.byteLength);
          const unread = HIGH_WATER_BYTES - (controller.desiredSize ?? HIGH_WATER_BYTES);
          if (unread > largest + SLOW_READER_BYTES) release('slow');
        };
        let unsubscribe = (): void => undefined;
        const heartbeat = setInterval(() => send(encoder.encode(': ping\n\n')), heartbeatMs);
        const gone = (): void => release('gone');
        const stop = (): void => release('shutdown');
        release = (reason) => {
          if (!open) return;
          open = false;
          clearInterval(heartbeat);
          unsubscribe();
          signal.removeEventListener('abort', gone);
          shutdown.removeEventListener('abort', stop);
          // An AbortError ends the response without "failed to pipe response" in the log.
          if (reason === 'slow') controller.error(new DOMException('slow reader', 'AbortError'));
          else closeQuietly(controller);
        };
        send(encoder.encode(`retry: ${1000 + Math.floor(Math.random() * 2000)}\n\n`));
        unsubscribe = subscribe(send);
        if (!open) unsubscribe();
        if (signal.aborted || shutdown.aborted) return release('gone');
        signal.addEventListener('abort', gone);
        shutdown.addEventListener('abort', stop);
      },
      cancel() {
        release('gone');
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_BYTES }),
  );
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // no-transform: compression would hold events back in a proxy's buffer.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}

function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // The consumer cancelled first; nothing is left to close.
  }
}
