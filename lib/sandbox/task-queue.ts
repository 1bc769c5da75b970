type Entry = { readonly at: number; readonly seq: number; task: (() => void) | undefined };

/** A binary heap of tasks ordered by (time, sequence): equal times run in the order they were added. */
export class TaskQueue {
  readonly #heap: Entry[] = [];
  #seq = 0;

  /** Returns a cancel function. */
  add(at: number, task: () => void): () => void {
    const entry: Entry = { at, seq: this.#seq++, task };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return () => {
      entry.task = undefined;
    };
  }

  /** The next task due at or before `limit`, removed from the queue. */
  takeDue(limit: number): { at: number; task: () => void } | undefined {
    for (let first = this.#heap[0]; first && first.at <= limit; first = this.#heap[0]) {
      this.#removeFirst();
      if (first.task) return { at: first.at, task: first.task };
    }
    return undefined;
  }

  nextAt(): number | undefined {
    for (let first = this.#heap[0]; first && !first.task; first = this.#heap[0]) this.#removeFirst();
    return this.#heap[0]?.at;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(start: number): void {
    for (let index = start; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #down(start: number): void {
    for (let index = start; ;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (child >= this.#heap.length || !this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return false;
    return a.at === b.at ? a.seq < b.seq : a.at < b.at;
  }

  #swapIfBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b || !this.#isBefore(one, other)) return false;
    this.#heap[one] = b;
    this.#heap[other] = a;
    return true;
  }
}
