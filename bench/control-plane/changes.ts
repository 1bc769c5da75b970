import { setTimeout as pause } from 'node:timers/promises';
import type { Transport } from '#lib/sandbox/transport.ts';
import type { Sent } from '../streams/delays.ts';
import { inParallel } from './in-parallel.ts';
import { restart, WORKERS, type PodThere } from './populate.ts';

/** More than any restart count the pods come with. */
const FIRST_NUMBER = 1_000;
const MOST_UNDER_WAY = 32;
/** Meets every pod before one comes again, as it shares no factor with a number of pods that ends in zeros. */
const STRIDE = 7_919;

/** Restarts of pods, written as a kubelet does. The number of a change, the same in no other, is the restart count. */
export class Changes {
  readonly #kubelet: Transport;
  readonly #pods: readonly PodThere[];
  readonly #signal: AbortSignal;
  readonly #sent: Record<number, number> = {};
  #number = FIRST_NUMBER;

  constructor(kubelet: Transport, pods: readonly PodThere[], signal: AbortSignal) {
    this.#kubelet = kubelet;
    this.#pods = pods;
    this.#signal = signal;
  }

  /** When each change was asked for: the API server's own time is part of what its readers wait. */
  get sent(): Sent {
    return { ...this.#sent };
  }

  /** As fast as the API server takes them, WORKERS at a time. Answers how long that took (ms). */
  async storm(count: number): Promise<number> {
    const startedAt = performance.now();
    await inParallel(Array(count).keys(), { workers: WORKERS }, () => this.#change());
    return performance.now() - startedAt;
  }

  /**
   * So many a second, at random times, so that they fall anywhere between two windows of the product; fewer where the API
   * server does not keep up.
   */
  async flow(perSecond: number, forMs: number): Promise<void> {
    const underWay = new Set<Promise<void>>();
    const startedAt = performance.now();
    for (let dueMs = 0; dueMs < forMs; dueMs += (Math.random() * 2_000) / perSecond) {
      await pause(Math.max(0, startedAt + dueMs - performance.now()));
      if (underWay.size >= MOST_UNDER_WAY) continue;
      const change = this.#change();
      underWay.add(change);
      // A failure is told by the one that waits for all.
      void change.then(
        () => underWay.delete(change),
        () => undefined,
      );
    }
    await Promise.all(underWay);
  }

  async #change(): Promise<void> {
    const number = (this.#number += 1);
    const pod = this.#pods[(number * STRIDE) % this.#pods.length];
    if (!pod) throw new Error('there is no pod to change');
    this.#sent[number] = Number(process.hrtime.bigint() / 1_000n);
    await restart(this.#kubelet, pod, number, this.#signal);
  }
}
