const SIZE = 4096;
/**
 * Upstream forgets by number only. Nothing that still repeats is silent for half a day; what is would fill the memory
 * of a sandbox that runs for weeks with pods that are long gone.
 */
const KEPT_MS = 12 * 3_600_000;

/** A map that forgets the least recently written entry beyond 4096, as client-go's event caches do, and old ones. */
export class Recent<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly at: number }>();

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** `now` is epoch ms and never less than before. */
  set(key: string, value: T, now: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: now });
    for (const [oldest, { at }] of this.#entries) {
      if (this.#entries.size <= SIZE && now - at <= KEPT_MS) return;
      this.#entries.delete(oldest);
    }
  }
}
