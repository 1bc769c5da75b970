import { createStreamHub } from './stream-hub.ts';
import { browserWorld, openStreamSource } from './stream-source.ts';
import type { StreamSignal } from './stream-state.ts';

type Listener = (signal: StreamSignal) => void;

const inPage = createStreamHub(
  (url, onSignal) => openStreamSource(url, onSignal, browserWorld),
  browserWorld.now,
);

function inSharedWorker(url: string, listener: Listener, onFailure: () => void): () => void {
  const worker = new SharedWorker(new URL('./event-stream.worker.ts', import.meta.url), {
    type: 'module',
    name: 'uncrash-events',
  });
  const { port } = worker;
  worker.onerror = onFailure;
  port.onmessage = ({ data }: MessageEvent<StreamSignal>) => listener(data);
  port.postMessage(url);
  const goodbye = () => port.postMessage(undefined);
  // A page that is frozen into the back/forward cache comes back without a reload.
  const returned = (event: PageTransitionEvent) => {
    if (event.persisted) port.postMessage(url);
  };
  addEventListener('pagehide', goodbye);
  addEventListener('pageshow', returned);
  return () => {
    removeEventListener('pagehide', goodbye);
    removeEventListener('pageshow', returned);
    goodbye();
    port.close();
  };
}

/** Listens to a cluster's stream through the shared worker; in the page itself where there is none. */
export function openEventStream(url: string, listener: Listener): () => void {
  // Without workers, or when a policy forbids them, the page holds the stream itself.
  if (typeof SharedWorker === 'undefined') return inPage(url, listener);
  let close: () => void;
  try {
    close = inSharedWorker(url, listener, () => {
      close();
      close = inPage(url, listener);
    });
  } catch {
    close = inPage(url, listener);
  }
  return () => close();
}
