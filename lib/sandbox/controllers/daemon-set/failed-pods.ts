const FIRST_MS = 1000;
const LONGEST_MS = 15 * 60_000;

type Entry = { readonly delayMs: number; readonly since: number };

/** How soon failed daemon Pods may be deleted: 1 s doubling to 15 min per node (daemon_controller.go, failedPodsBackoff). */
export class FailedPods {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #now: number;

  constructor(now: number, entries: ReadonlyMap<string, Entry> = new Map()) {
    this.#now = now;
    this.#entries = entries;
  }

  isBackingOff(node: string): boolean {
    return this.remainingMs(node) > 0;
  }

  remainingMs(node: string): number {
    const entry = this.#entries.get(node);
    return entry ? Math.max(0, entry.since + entry.delayMs - this.#now) : 0;
  }

  at(now: number): FailedPods {
    return new FailedPods(now, this.#entries);
  }

  /** After a Pod on each of these nodes was deleted now. Entries are forgotten after twice the longest delay. */
  with(nodes: readonly string[]): FailedPods {
    const entries = new Map(this.#entries);
    for (const node of nodes) {
      const before = entries.get(node);
      const isRemembered = before && this.#now - before.since <= 2 * LONGEST_MS;
      const delayMs = isRemembered ? Math.min(2 * before.delayMs, LONGEST_MS) : FIRST_MS;
      entries.set(node, { delayMs, since: this.#now });
    }
    return new FailedPods(this.#now, entries);
  }
}
