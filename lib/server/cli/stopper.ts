import { beginShutdown } from '#lib/server/shutdown.ts';

/** Streams end at once on the shutdown signal; what is still open after this is cut. */
export const CLOSE_GRACE_MS = 1_000;

/**
 * Answers a function that ends every stream, runs what `closers` holds by then, and ends the process with the given
 * code: after two graces at the latest, whatever hangs.
 */
export function stopper(
  closers: readonly (() => Promise<unknown>)[],
  exit: (code: number) => void = (code) => process.exit(code),
): (exitCode: number) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (exitCode: number) => {
    beginShutdown();
    const deadline = setTimeout(() => exit(exitCode), CLOSE_GRACE_MS * 2);
    await Promise.allSettled(closers.map((close) => close()));
    clearTimeout(deadline);
    exit(exitCode);
  };
  return (exitCode) => (stopping ??= stop(exitCode));
}
