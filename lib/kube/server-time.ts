import type { Clock } from './clock.ts';

/** `Date` has a resolution of one second; its middle is the best guess. */
const HALF_A_SECOND_MS = 500;

/** Keeps how far the API server's clock is from ours, so that ages come from server time. */
export function createServerTime(clock: Clock) {
  let latestMs: number | undefined;
  return {
    /** `dateHeader` of an answer to a request sent at `sentAt`; its headers have just arrived. */
    observe(dateHeader: string | undefined, sentAt: number): void {
      const serverAt = Date.parse(dateHeader ?? '');
      if (Number.isFinite(serverAt)) latestMs = serverAt + HALF_A_SECOND_MS - (sentAt + clock.now()) / 2;
    },
    offsetMs: (): number | undefined => latestMs,
  };
}
