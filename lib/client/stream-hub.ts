import { INITIAL_STREAM_STATE, reduceStream, replaySignals } from './stream-state.ts';
import type { StreamSignal, StreamState } from './stream-state.ts';

type Listener = (signal: StreamSignal) => void;
type OpenSource = (url: string, onSignal: Listener) => () => void;
type Channel = { state: StreamState; readonly listeners: Set<Listener>; close: () => void };

/**
 * One source per URL, many listeners. A listener that joins late first gets the state the others have. Browsers allow six
 * HTTP/1.1 connections per host: with one stream per tab the seventh tab could not even load.
 */
export function createStreamHub(openSource: OpenSource, now: () => number) {
  const channels = new Map<string, Channel>();

  const open = (url: string): Channel => {
    const channel: Channel = { state: INITIAL_STREAM_STATE, listeners: new Set(), close: () => undefined };
    channels.set(url, channel);
    channel.close = openSource(url, (signal) => {
      channel.state = reduceStream(channel.state, signal);
      for (const listener of channel.listeners) listener(signal);
    });
    return channel;
  };

  return function subscribe(url: string, listener: Listener): () => void {
    const channel = channels.get(url) ?? open(url);
    for (const signal of replaySignals(channel.state, now())) listener(signal);
    channel.listeners.add(listener);
    return () => {
      channel.listeners.delete(listener);
      if (channel.listeners.size > 0 || channels.get(url) !== channel) return;
      channels.delete(url);
      channel.close();
    };
  };
}

export type StreamHub = ReturnType<typeof createStreamHub>;
