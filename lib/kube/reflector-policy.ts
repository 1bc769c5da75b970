import { ApiProtocolError, ApiStatusError } from './api-error.ts';
import { ApiNetworkError } from './network-error.ts';

/** What a reflector does about a failure. */
export type Reaction =
  /** Our place in the stream is gone: list again. */
  | { readonly kind: 'relist' }
  /** Not permitted: drop the data, look again once a minute. */
  | { readonly kind: 'forbidden' }
  /** The server does not serve this kind: as above. */
  | { readonly kind: 'absent' }
  /**
   * Wait, then go on from the same place. `suspect`: the place itself may be the trouble, so that a series of
   * these ends in a relist.
   */
  | { readonly kind: 'retry'; readonly atLeastMs: number; readonly suspect: boolean };

/** Decided by code and Status reason, never by message. `hasData`: this kind has been listed before. */
export function reactionTo(error: unknown, { hasData }: { hasData: boolean }): Reaction {
  if (isExpired(error) || isTooLarge(error)) return { kind: 'relist' };
  if (error instanceof ApiProtocolError) return { kind: 'retry', atLeastMs: 0, suspect: true };
  if (!(error instanceof ApiStatusError)) return { kind: 'retry', atLeastMs: 0, suspect: false };

  // Only the API server's own word may remove data: proxies also answer 403 and 404.
  if (error.code === 403 && error.reason === 'Forbidden') return { kind: 'forbidden' };
  if (error.code === 404 && (error.reason === 'NotFound' || !hasData)) return { kind: 'absent' };
  const suspect = error.code === 400 || error.code === 422 || error.code === 500;
  return { kind: 'retry', atLeastMs: error.retryAfterMs ?? 0, suspect };
}

/** 410: the version or the page token has left the server's memory. */
export const isExpired = (error: unknown): boolean =>
  error instanceof ApiStatusError &&
  (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone');

/** The server is behind the version we name: another replica, or etcd was restored from a backup. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof ApiStatusError &&
  error.details.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge');

/** The connection broke while a stream was running: nothing is known to be wrong, and our place is still good. */
export const isBrokenStream = (error: unknown): boolean =>
  error instanceof ApiNetworkError && error.failure === 'reset';

/**
 * Versions of one kind compare as integers of any length (KEP-5504). Used only to notice a server that went
 * back in time; anything that is not a plain number is never before anything.
 */
export function isVersionBefore(a: string, b: string): boolean {
  if (!/^[1-9]\d*$/.test(a) || !/^[1-9]\d*$/.test(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}
