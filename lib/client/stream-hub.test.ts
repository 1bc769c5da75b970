import { describe, expect, it } from 'vitest';
import { aClusterView } from '#components/fixtures/cluster-view.ts';
import { createStreamHub } from './stream-hub.ts';
import type { StreamSignal } from './stream-state.ts';

function aHub() {
  const sources: { url: string; emit: (signal: StreamSignal) => void; closed: boolean }[] = [];
  const subscribe = createStreamHub(
    (url, emit) => {
      const source = { url, emit, closed: false };
      sources.push(source);
      return () => {
        source.closed = true;
      };
    },
    () => 1,
  );
  return { sources, subscribe };
}

const snapshot: StreamSignal = {
  type: 'message',
  at: 1,
  message: { type: 'snapshot', serverNow: 1, cluster: aClusterView(), incidents: [] },
};

describe('stream hub', () => {
  it('holds one source for all listeners of a URL', () => {
    const { sources, subscribe } = aHub();
    subscribe('/a', () => undefined);
    subscribe('/a', () => undefined);
    subscribe('/b', () => undefined);
    expect(sources.map(({ url }) => url)).toEqual(['/a', '/b']);
  });

  it('tells a late listener what the others know', () => {
    const { sources, subscribe } = aHub();
    const heard: StreamSignal[] = [];
    subscribe('/a', () => undefined);
    sources[0]?.emit(snapshot);
    subscribe('/a', (signal) => heard.push(signal));
    expect(heard[0]).toEqual(snapshot);
  });

  it('closes the source with its last listener, and opens a new one for the next', () => {
    const { sources, subscribe } = aHub();
    const leave = [subscribe('/a', () => undefined), subscribe('/a', () => undefined)];
    leave[0]?.();
    expect(sources[0]?.closed).toBe(false);
    leave[1]?.();
    expect(sources[0]?.closed).toBe(true);
    subscribe('/a', () => undefined);
    expect(sources).toHaveLength(2);
  });
});
