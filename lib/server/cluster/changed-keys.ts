/** Gathers the keys of views that may differ and announces them: the first at once, then one message per window. */
export class ChangedKeys {
  readonly #announce: (keys: readonly string[]) => void;
  readonly #schedule: (delayMs: number, task: () => void) => void;
  readonly #windowMs: number;
  readonly #keys = new Set<string>();
  #windowOpen = false;

  constructor(options: {
    announce: (keys: readonly string[]) => void;
    schedule: (delayMs: number, task: () => void) => void;
    windowMs: number;
  }) {
    this.#announce = options.announce;
    this.#schedule = options.schedule;
    this.#windowMs = options.windowMs;
  }

  add(...keys: readonly string[]): void {
    for (const key of keys) this.#keys.add(key);
    this.#pump();
  }

  #pump(): void {
    if (this.#windowOpen || this.#keys.size === 0) return;
    const keys = [...this.#keys];
    this.#keys.clear();
    this.#windowOpen = true;
    this.#announce(keys);
    this.#schedule(this.#windowMs, () => {
      this.#windowOpen = false;
      this.#pump();
    });
  }
}
