import type { EventEmitter } from 'node:events';

/** A terminal's Ctrl-C reaches every process of the group, and npm and our launcher pass it on again. */
const SAME_REQUEST_MS = 500;

export type StopHandlers = {
  /** Called once, on the first request to stop. */
  readonly stop: () => void;
  /** Called on a later signal: the person does not want to wait. */
  readonly kill: () => void;
  readonly source?: Pick<EventEmitter, 'on' | 'once'> & { readonly connected?: boolean };
  /** Milliseconds on a clock that only moves forward. */
  readonly now?: () => number;
};

/** Reacts to SIGINT, SIGTERM and SIGHUP, and to the end of the launcher that started us. */
export function onStop({ stop, kill, source = process, now = () => performance.now() }: StopHandlers): void {
  let firstAt: number | undefined;
  const request = () => {
    const at = now();
    if (firstAt === undefined) {
      firstAt = at;
      stop();
    } else if (at - firstAt > SAME_REQUEST_MS) {
      kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) source.on(signal, request);
  if (source.connected) source.once('disconnect', request);
}
