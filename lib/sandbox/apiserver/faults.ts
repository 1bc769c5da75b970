import { StatusError } from './status-error.ts';

const REASONS: Readonly<Record<number, string>> = {
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Ways in which an API server misbehaves, for tests and scenarios to call by name. */
export class Faults {
  #refusals: { readonly status: number; times: number }[] = [];
  #expire: () => void = () => undefined;

  /** Answers the next `times` requests with `status`. */
  refuse(status: number, times: number): void {
    this.#refusals.push({ status, times });
  }

  /** Forgets all history and ends every open watch with 410 Expired, as after an etcd compaction. */
  expireWatches(): void {
    this.#expire();
  }

  onExpire(expire: () => void): void {
    this.#expire = expire;
  }

  /** Throws the refusal that is due for this request, if any. */
  check(): void {
    const refusal = this.#refusals[0];
    if (!refusal) return;
    refusal.times -= 1;
    if (refusal.times <= 0) this.#refusals.shift();
    throw new StatusError({
      code: refusal.status,
      reason: REASONS[refusal.status] ?? 'Unknown',
      message: 'the server is currently unable to handle the request',
      details: refusal.status === 429 ? { retryAfterSeconds: 1 } : {},
    });
  }
}
