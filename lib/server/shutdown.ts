import { processSlot } from './process-slot.ts';

const slot = processSlot<AbortController>('shutdown');

function controller(): AbortController {
  const current = slot.get() ?? new AbortController();
  slot.set(current);
  return current;
}

/** Aborted when the process is asked to stop. Every stream ends on it: `server.close()` waits for open answers. */
export function shutdownSignal(): AbortSignal {
  return controller().signal;
}

/** Ends every stream. Has no way back. */
export function beginShutdown(): void {
  controller().abort(new DOMException('The server is stopping.', 'AbortError'));
}
