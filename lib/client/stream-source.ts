import type { StreamMessage } from '#lib/contract/stream.ts';
import { createSseParser, type SseItem } from './sse-parser.ts';
import type { StreamSignal } from './stream-state.ts';

/** The outside world, injected so that tests need no network and no waiting. */
export type SourceWorld = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  /** 0 to 1. */
  readonly random: () => number;
};

/** The server sends a comment every 15 s; three missed ones mean the connection is dead. */
export const SILENCE_MS = 45_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/** 1 s doubling to 15 s, 30 % jitter, so that many tabs do not return in step after a restart. */
export const retryDelayMs = (failures: number, random: number): number =>
  Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS) * (0.7 + 0.3 * random);

async function readStream(body: ReadableStream<Uint8Array>, onItem: (item: SseItem) => void): Promise<void> {
  const parse = createSseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parse(decoder.decode(value, { stream: true })).forEach(onItem);
  }
}

/**
 * Keeps one event stream open until the returned function is called; reports every loss and every retry. After a loss it
 * names the last event it passed on, and the server goes on from there if it still can: else a snapshot comes first.
 */
export function openStreamSource(
  url: string,
  onSignal: (signal: StreamSignal) => void,
  world: SourceWorld,
): () => void {
  let closed = false;
  let failures = 0;
  let timer: unknown;
  let lastEventId = '';
  let current: AbortController | undefined;

  const emit = (signal: StreamSignal) => {
    if (!closed) onSignal(signal);
  };

  const connect = async () => {
    const attempt = new AbortController();
    current = attempt;
    let silence: unknown;
    const heard = () => {
      world.clearTimeout(silence);
      silence = world.setTimeout(
        () => attempt.abort(new Error('The stream was silent for 45 s.')),
        SILENCE_MS,
      );
    };
    let reason: string;
    try {
      heard();
      const response = await world.fetch(url, {
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
        },
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (!response.ok || !response.body) throw new Error(`The stream was answered with ${response.status}.`);
      emit({ type: 'open', at: world.now() });
      await readStream(response.body, (item) => {
        heard();
        failures = 0;
        if (item.type === 'heard') return emit({ type: 'heard', at: world.now() });
        // Should this message be too much for us, the way on is a snapshot, not the same message again.
        lastEventId = '';
        emit({ type: 'message', at: world.now(), message: JSON.parse(item.data) as StreamMessage });
        ({ lastEventId } = item);
      });
      reason = 'The server closed the stream.';
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    world.clearTimeout(silence);
    attempt.abort();
    if (closed) return;
    const delay = retryDelayMs(failures, world.random());
    failures += 1;
    emit({ type: 'lost', at: world.now(), retryAt: world.now() + delay, reason });
    timer = world.setTimeout(() => void connect(), delay);
  };

  void connect();
  return () => {
    closed = true;
    world.clearTimeout(timer);
    current?.abort();
  };
}

export const browserWorld: SourceWorld = {
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as number | undefined),
  random: () => Math.random(),
};
