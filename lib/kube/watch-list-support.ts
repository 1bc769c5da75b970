import { ApiProtocolError, ApiStatusError } from './api-error.ts';
import { ApiNetworkError } from './network-error.ts';
import { InitialEventsCutError, InitialEventsStalledError } from './watch-list.ts';

/** Whether lists of one kind are taken as a stream. What was learnt of the server holds for the kind's whole life. */
export interface WatchListSupport {
  isTried(): boolean;
  /** All initial events came. */
  succeeded(): void;
  /** What is to be done instead of what failed with `error`. */
  failed(error: unknown): WatchListFailure;
}

/** `list`: read pages now. `again`: open the next stream now. `react`: as with any other failure. */
export type WatchListFailure = 'list' | 'again' | 'react';

/** So many streams in a row were lost on their way: pages are shorter, and may get through. */
const MAX_LOST = 2;
/** What a server says that does not know of initial events: it validates, or does not read the query at all. */
const REFUSALS: ReadonlySet<number> = new Set([400, 405, 422, 501]);

export function createWatchListSupport({
  isEnabled,
  onGiveUp,
}: {
  readonly isEnabled: boolean;
  /** Told once. */
  readonly onGiveUp: (message: string) => void;
}): WatchListSupport {
  let isKnown = isEnabled;
  let lost = 0;

  const giveUp = (message: string): WatchListFailure => {
    isKnown = false;
    onGiveUp(`${message} From now on it is listed in pages.`);
    return 'list';
  };
  return {
    isTried: () => isKnown,
    succeeded: () => {
      lost = 0;
    },
    failed(error) {
      if (error instanceof InitialEventsStalledError) return giveUp(error.message);
      if (error instanceof ApiStatusError && (REFUSALS.has(error.code) || error.reason === 'Invalid')) {
        return giveUp(error.message);
      }
      if (!isLoss(error)) return 'react';
      if (++lost < MAX_LOST) return isCut(error) ? 'again' : 'react';
      lost = 0;
      return 'list';
    },
  };
}

const isCut = (error: unknown): boolean =>
  error instanceof InitialEventsCutError || (error instanceof ApiNetworkError && error.failure === 'reset');

/** Not the answers that say when or what to ask again: 401, 403, 404, 410, 429, `Retry-After`, and no server at all. */
function isLoss(error: unknown): boolean {
  if (error instanceof ApiStatusError) return error.code >= 500 && error.retryAfterMs === undefined;
  if (error instanceof ApiNetworkError && error.failure === 'timeout') return true;
  return isCut(error) || error instanceof ApiProtocolError;
}
