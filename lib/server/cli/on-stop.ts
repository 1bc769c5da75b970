/** A terminal's Ctrl-C reaches every process of the group, and npm and our launcher pass it on again. */
const SAME_REQUEST_MS = 500;

/**
 * Calls `stop` once, on the first SIGINT, SIGTERM, SIGHUP or when the launcher that started us is gone; a later
 * signal means "now" and ends the process at once.
 */
export function onStop(stop: (why: string) => void, kill: () => void): void {
  let firstAt: number | undefined;
  const request = (why: string) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop(why);
    } else if (now - firstAt > SAME_REQUEST_MS) {
      kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  if (process.connected) process.once('disconnect', () => request('launcher gone'));
}
