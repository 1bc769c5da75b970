import type { Overview } from '#lib/contract/overview.ts';
import type { FailureFamily } from '#lib/model/problem.ts';
import type { UnhealthyPods } from './unhealthy-counts.ts';

type Sample = Overview['samples'][number];

/** A sample per change, at most one per this long (ms). */
const SAMPLE_EVERY_MS = 10_000;
/** A day of them at the fastest rate. */
const MAX_SAMPLES = 8_640;

/** What the overview needs of the past, kept in memory since the process started. */
export class Recorder {
  readonly recordedFromAt: number;
  #samples: Sample[] = [];
  #recovered = 0;
  #restarts = 0;

  constructor(now: number) {
    this.recordedFromAt = now;
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get recovered(): number {
    return this.#recovered;
  }

  get restarts(): number {
    return this.#restarts;
  }

  countRecovered(incidents: number): void {
    this.#recovered += incidents;
  }

  /** Restarts seen while watching, not those that pods bring along. */
  countRestarts(restarts: number): void {
    if (restarts > 0) this.#restarts += restarts;
  }

  sample(counts: UnhealthyPods, now: number): void {
    const sample: Sample = { at: now, ...counts };
    const last = this.#samples.at(-1);
    if (last && sameCounts(last, sample)) return;
    // Inside one interval the latest state replaces the earlier one.
    if (last && this.#samples.length > 1 && now - last.at < SAMPLE_EVERY_MS) {
      this.#samples[this.#samples.length - 1] = { ...sample, at: last.at };
      return;
    }
    this.#samples.push(sample);
    if (this.#samples.length > MAX_SAMPLES) this.#samples = this.#samples.slice(-MAX_SAMPLES);
  }
}

const sameCounts = (a: Sample, b: Sample) => {
  const families = new Set([...Object.keys(a.byFamily), ...Object.keys(b.byFamily)]) as Set<FailureFamily>;
  return (
    a.unhealthyPods === b.unhealthyPods &&
    [...families].every((family) => a.byFamily[family] === b.byFamily[family])
  );
};
