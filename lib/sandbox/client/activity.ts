/**
 * Counts asynchronous steps under way, so that a virtual clock can wait for them. A step may start others;
 * `settled` is undefined when nothing runs.
 */
export class Activity {
  #running = 0;
  #waiters: (() => void)[] = [];

  track(step: Promise<void>): void {
    this.#running++;
    const done = () => {
      this.#running--;
      if (this.#running > 0) return;
      const waiters = this.#waiters;
      this.#waiters = [];
      for (const resolve of waiters) resolve();
    };
    step.then(done, done);
  }

  settled(): Promise<void> | undefined {
    if (this.#running === 0) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
