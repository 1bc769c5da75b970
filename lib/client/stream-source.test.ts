import { describe, expect, it } from 'vitest';
import { openStreamSource, retryDelayMs, SILENCE_MS } from './stream-source.ts';
import type { SourceWorld } from './stream-source.ts';
import type { StreamSignal } from './stream-state.ts';

type Timer = { readonly run: () => void; readonly ms: number };

/** A world whose timers fire by hand and whose server is a queue of answers. */
function aWorld() {
  const timers = new Set<Timer>();
  const bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
  const askedFrom: (string | null)[] = [];
  const world: SourceWorld = {
    now: () => 5_000,
    random: () => 1,
    setTimeout: (run, ms) => {
      const timer = { run, ms };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => void timers.delete(timer as Timer),
    fetch: (_url, { signal, headers }) => {
      askedFrom.push(new Headers(headers).get('last-event-id'));
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          bodies.push(controller);
          signal?.addEventListener('abort', () => controller.error(signal.reason));
        },
      });
      return Promise.resolve(new Response(body));
    },
  };
  const fire = (ms: number) => {
    const timer = [...timers].find((candidate) => candidate.ms === ms);
    if (!timer) throw new Error(`No timer of ${ms} ms; there are ${[...timers].map((one) => one.ms).join()}`);
    timers.delete(timer);
    timer.run();
  };
  return { world, timers, bodies, askedFrom, fire };
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const bytes = (text: string) => new TextEncoder().encode(text);

function open() {
  const stage = aWorld();
  const signals: StreamSignal[] = [];
  const close = openStreamSource('/api/stream', (signal) => signals.push(signal), stage.world);
  return { ...stage, signals, close };
}

describe('stream source', () => {
  it('reports the opening, each message and each heartbeat', async () => {
    const { bodies, signals, close } = open();
    await settle();
    bodies[0]?.enqueue(bytes(': ping\n\ndata: {"type":"changed","keys":["/api/pods"]}\n\n'));
    await settle();
    expect(signals).toEqual([
      { type: 'open', at: 5_000 },
      { type: 'heard', at: 5_000 },
      { type: 'message', at: 5_000, message: { type: 'changed', keys: ['/api/pods'] } },
    ]);
    close();
  });

  it('calls a stream that was silent for 45 s lost, and connects again after the delay', async () => {
    const { bodies, signals, fire, close } = open();
    await settle();
    fire(SILENCE_MS);
    await settle();
    expect(signals.at(-1)).toEqual({
      type: 'lost',
      at: 5_000,
      retryAt: 6_000,
      reason: 'The stream was silent for 45 s.',
    });
    fire(1_000);
    await settle();
    expect(bodies).toHaveLength(2);
    expect(signals.at(-1)).toEqual({ type: 'open', at: 5_000 });
    close();
  });

  it('asks to go on after the last event it passed on', async () => {
    const { bodies, askedFrom, fire, close } = open();
    await settle();
    bodies[0]?.enqueue(bytes('id: e-4\ndata: {"type":"changed","keys":[]}\n\nid: e-5\ndata: {"ty'));
    await settle();
    bodies[0]?.close();
    await settle();
    fire(1_000);
    await settle();
    expect(askedFrom).toEqual([null, 'e-4']);
    close();
  });

  it('asks for a snapshot when a message could not be used', async () => {
    const { bodies, askedFrom, fire, close } = open();
    await settle();
    bodies[0]?.enqueue(bytes('id: e-4\ndata: {"type":"changed","keys":[]}\n\nid: e-5\ndata: not JSON\n\n'));
    await settle();
    fire(1_000);
    await settle();
    expect(askedFrom).toEqual([null, null]);
    close();
  });

  it('waits longer each time the server closes at once', async () => {
    const { bodies, signals, fire, close } = open();
    await settle();
    bodies[0]?.close();
    await settle();
    fire(1_000);
    await settle();
    bodies[1]?.close();
    await settle();
    expect(signals.at(-1)).toMatchObject({ type: 'lost', retryAt: 7_000 });
    close();
  });

  it('is silent after it was closed and leaves no timer behind', async () => {
    const { bodies, signals, timers, close } = open();
    await settle();
    close();
    await settle();
    expect(signals.map(({ type }) => type)).toEqual(['open']);
    expect(bodies).toHaveLength(1);
    expect([...timers]).toEqual([]);
  });
});

it('never waits more than 15 s', () => expect(retryDelayMs(30, 1)).toBe(15_000));
