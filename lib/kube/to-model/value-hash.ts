import { createHmac } from 'node:crypto';

export type ValueHash = (value: string) => string;

/**
 * A keyed hash: tells equal values from changed ones without keeping them. With a key that never leaves the
 * process a short secret cannot be guessed back from its hash. 96 bits of HMAC-SHA-256, base64url.
 */
export function createValueHash(key: Uint8Array): ValueHash {
  return (value) => createHmac('sha256', key).update(value).digest('base64url').slice(0, 16);
}
