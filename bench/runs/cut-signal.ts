/**
 * Aborts when a benchmark is to end before its time: at Ctrl-C, when it is told to stop, or when whoever started it is gone.
 * The second Ctrl-C is the usual one.
 */
export function cutSignal(): AbortSignal {
  const cut = new AbortController();
  const why = (reason: string) => () => cut.abort(new Error(`cut: ${reason}`));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, why(name));
  process.once('disconnect', why('the launcher is gone'));
  // Listening to the channel would keep us here when all is done.
  process.channel?.unref();
  return cut.signal;
}

/** What `work` resolves with, or a rejection at the cut; the work itself goes on until its process ends. */
export async function untilCut<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, cut]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
