/** What a page tells of itself; runs in the browser. */
export type Probe = {
  /** From the moment the list's data was in the page to the first frame with rows of it (ms). */
  paintMs: number;
  /** Durations of interactions (ms): https://w3c.github.io/event-timing/ */
  readonly interactions: number[];
  readonly longTasks: number[];
};

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Before anything of the page runs; self-contained, because its text is what travels. */
export function installProbe(): void {
  const probe: Probe = { paintMs: NaN, interactions: [], longTasks: [] };
  window.probe = probe;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  // 16 ms is the shortest that is reported; what is not reported was faster.
  const events: PerformanceObserverInit & { durationThreshold: number } = {
    type: 'event',
    durationThreshold: 16,
    buffered: true,
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
      if (entry.interactionId) probe.interactions.push(entry.duration);
  }).observe(events);
  // The list reaches the page as one message of the shared worker; its first rows are a change of the table.
  let dataAt = NaN;
  const native = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
  if (native?.set) {
    Object.defineProperty(MessagePort.prototype, 'onmessage', {
      ...native,
      set(this: MessagePort, listener: ((event: MessageEvent) => void) | null) {
        native.set?.call(
          this,
          listener &&
            ((event: MessageEvent) => {
              const data = event.data as { message?: { type?: string } } | undefined;
              if (Number.isNaN(dataAt) && data?.message?.type === 'snapshot') dataAt = performance.now();
              listener.call(this, event);
            }),
        );
      },
    });
  }
  const look = new MutationObserver(() => {
    if (Number.isNaN(dataAt) || !document.querySelector('table[aria-label="Incidents"] tbody a')) return;
    look.disconnect();
    // After the frame that draws them.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (probe.paintMs = performance.now() - dataAt);
      port2.postMessage(undefined);
    });
  });
  look.observe(document, { childList: true, subtree: true });
}
