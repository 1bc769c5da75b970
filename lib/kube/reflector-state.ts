import type { KindState } from '#lib/contract/cluster.ts';
import type { Clock } from './clock.ts';

export interface ReflectorState {
  /** Has been listed, and the data is still held (stale or not). */
  hasData(): boolean;
  /** The store is, or is becoming, what the server has. */
  live(): void;
  /** The server has just confirmed what we hold: a list, an event, a bookmark. */
  confirmed(): void;
  /** Something is wrong; with data held this is `stale`, before the first list still `syncing`. */
  failing(message: string, retryAt?: number): void;
  /** The data was taken away. */
  refused(state: 'forbidden' | 'absent', details: { message: string; retryAt: number }): void;
  view(objects: number): KindState;
}

/** Bookkeeping of one kind's state; `onChange` is called when the state, its message or retry time changes. */
export function createReflectorState(
  kind: string,
  { clock, onChange }: { clock: Pick<Clock, 'now'>; onChange: () => void },
): ReflectorState {
  let current: Omit<KindState, 'objects' | 'confirmedAt'> = { kind, state: 'syncing', sinceAt: clock.now() };
  let confirmedAt: number | undefined;

  const enter = (state: KindState['state'], details: { message?: string; retryAt?: number } = {}) => {
    const sinceAt = state === current.state ? current.sinceAt : clock.now();
    const same =
      state === current.state && details.message === current.message && details.retryAt === current.retryAt;
    current = { kind, state, sinceAt, ...details };
    if (!same) onChange();
  };

  return {
    hasData: () => current.state === 'live' || current.state === 'stale',
    live: () => enter('live'),
    confirmed: () => {
      confirmedAt = clock.now();
    },
    failing: (message, retryAt) =>
      enter(current.state === 'live' ? 'stale' : current.state, { message, retryAt }),
    refused: (state, details) => {
      confirmedAt = undefined;
      enter(state, details);
    },
    view: (objects) => ({ ...current, confirmedAt, objects }),
  };
}
