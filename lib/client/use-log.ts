import { useEffect, useReducer } from 'react';
import { ApiError } from './api-error.ts';
import { logLine } from './log-line.ts';
import type { LogLine } from './log-line.ts';
import { readLog } from './read-log.ts';

export type LogState = {
  readonly phase: 'loading' | 'reading' | 'ended' | 'failed';
  readonly lines: readonly LogLine[];
  /** Lines left out at the beginning because there were more than we keep. */
  readonly dropped: number;
  readonly error?: ApiError;
};

type LogEvent =
  | { readonly type: 'start' }
  | { readonly type: 'lines'; readonly lines: readonly string[] }
  | { readonly type: 'end' }
  | { readonly type: 'fail'; readonly error: ApiError };

const KEPT = 5_000;
export const EMPTY_LOG: LogState = { phase: 'loading', lines: [], dropped: 0 };

/** Pure step of the log on the screen; keeps the newest 5000 lines. */
export function reduceLog(state: LogState, event: LogEvent): LogState {
  switch (event.type) {
    case 'start':
      return EMPTY_LOG;
    case 'lines': {
      const first = state.dropped + state.lines.length + 1;
      const all = [...state.lines, ...event.lines.map((raw, index) => logLine(raw, first + index))];
      const over = Math.max(all.length - KEPT, 0);
      return { phase: 'reading', lines: all.slice(over), dropped: state.dropped + over };
    }
    case 'end':
      return { ...state, phase: 'ended' };
    case 'fail':
      return { ...state, phase: 'failed', error: event.error };
  }
}

const FLUSH_MS = 100;

/** Reads the log at `url` until it ends or the component leaves. Lines are drawn at most ten times a second. */
export function useLog(url: string | undefined, attempt: number): LogState {
  const [state, dispatch] = useReducer(reduceLog, EMPTY_LOG);
  useEffect(() => {
    dispatch({ type: 'start' });
    if (url === undefined) return;
    const abort = new AbortController();
    let waiting: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      clearTimeout(timer);
      timer = undefined;
      if (waiting.length > 0) dispatch({ type: 'lines', lines: waiting });
      waiting = [];
    };
    readLog(url, abort.signal, (lines) => {
      waiting.push(...lines);
      timer ??= setTimeout(flush, FLUSH_MS);
    }).then(
      () => {
        if (abort.signal.aborted) return;
        flush();
        dispatch({ type: 'end' });
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        flush();
        const error =
          cause instanceof ApiError
            ? cause
            : new ApiError({ code: 'offline', status: 0, message: 'The log broke off.' }, { cause });
        dispatch({ type: 'fail', error });
      },
    );
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, attempt]);
  return state;
}
