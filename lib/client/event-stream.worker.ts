/// <reference lib="webworker" />
import { createStreamHub } from './stream-hub.ts';
import { browserWorld, openStreamSource } from './stream-source.ts';

/** First message of a port names the stream's URL; `undefined` says goodbye. */
const scope = self as unknown as SharedWorkerGlobalScope;
const subscribe = createStreamHub(
  (url, onSignal) => openStreamSource(url, onSignal, browserWorld),
  browserWorld.now,
);

scope.onconnect = (event) => {
  const port = event.ports[0];
  if (!port) return;
  let unsubscribe: (() => void) | undefined;
  port.onmessage = ({ data }: MessageEvent<string | undefined>) => {
    unsubscribe?.();
    unsubscribe = data === undefined ? undefined : subscribe(data, (signal) => port.postMessage(signal));
  };
};
