import type { Clock } from './clock.ts';
import { TaskQueue } from './task-queue.ts';

/**
 * Waits until everything asked for so far has happened; undefined when nothing is under way. `thorough` before the
 * first task: others than our own tasks may have done something.
 */
export type Settle = (thorough: boolean) => Promise<void> | undefined;

const LONGEST_SLEEP_MS = 60_000;

/**
 * The sandbox's time. Manual: moves only through `advance` and `runUntil`, which run tasks in order of
 * (time, sequence) and let in-process clients settle after each. Live: follows a wall clock at 1x and is
 * never ahead of it, because kubectl computes ages on the client.
 */
export class VirtualClock implements Clock {
  readonly #tasks = new TaskQueue();
  readonly #settlers: Settle[] = [];
  #now: number;
  #wall: Clock | undefined;
  #cancelAlarm: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    // While tasks run, time stands at the task: a laptop that slept replays the missed hours in order.
    if (this.#wall && !this.#running) this.#now = Math.max(this.#now, this.#wall.now());
    return this.#now;
  }

  after(delayMs: number, task: () => void): () => void {
    const cancel = this.#tasks.add(this.now() + Math.max(0, delayMs), task);
    if (this.#wall && !this.#running) this.#arm();
    return cancel;
  }

  /** Adds something to wait for between tasks. */
  settleWith(settle: Settle): void {
    this.#settlers.push(settle);
  }

  /** Runs everything due within the next `ms` and leaves the clock exactly there. Manual mode only. */
  async advance(ms: number): Promise<void> {
    await this.runUntil(this.#now + ms);
  }

  /** Runs everything due up to and including `at` (epoch ms) and leaves the clock there. Manual mode only. */
  async runUntil(at: number): Promise<void> {
    if (this.#wall) throw new Error('The clock is live; it cannot be driven by hand.');
    await this.#run(() => at);
    this.#now = Math.max(this.#now, at);
  }

  /** Follows `wall` from now on. Returns a function that stops following it. */
  goLive(wall: Clock): () => void {
    this.#wall = wall;
    void this.#catchUp();
    return () => {
      this.#cancelAlarm?.();
      this.#cancelAlarm = undefined;
      this.#wall = undefined;
    };
  }

  async #run(limit: () => number): Promise<void> {
    await this.#settle(true);
    for (let due = this.#tasks.takeDue(limit()); due; due = this.#tasks.takeDue(limit())) {
      this.#now = Math.max(this.#now, due.at);
      due.task();
      await this.#settle(false);
    }
  }

  async #settle(thorough: boolean): Promise<void> {
    for (let index = 0; index < this.#settlers.length; index++) {
      const pending = this.#settlers[index]?.(thorough);
      if (!pending) continue;
      await pending;
      thorough = false;
      index = -1; // what the last one did may have given the first something to do
    }
  }

  async #catchUp(): Promise<void> {
    const wall = this.#wall;
    if (!wall || this.#running) return;
    this.#running = this.#run(() => (this.#wall ? wall.now() : -Infinity));
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
    this.#arm();
  }

  #arm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    const next = this.#tasks.nextAt();
    if (!this.#wall || next === undefined) return;
    const delay = Math.min(LONGEST_SLEEP_MS, Math.max(0, next - this.#wall.now()));
    this.#cancelAlarm = this.#wall.after(delay, () => void this.#catchUp());
  }
}
