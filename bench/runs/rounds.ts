import { median } from '../streams/percentile.ts';
import { untilCut } from './cut-signal.ts';

export type Figures = Readonly<Record<string, number>>;

export type Measure = {
  readonly measure: () => Promise<Figures>;
  /** Fewer than the others where one is long and hardly varies. */
  readonly mostRuns?: number;
};

type Options = {
  /** Told of each measurement as it ends: what is on the screen is what a run that is cut leaves. */
  readonly onFigures: (measured: { name: string; run: number; figures: Figures }) => void;
  readonly signal: AbortSignal;
};

/** Several measures, each several times. They take turns, so that a busy moment of the machine hits all alike. */
export class Rounds<Name extends string> {
  readonly #measures: Readonly<Record<Name, Measure>>;
  readonly #options: Options;
  readonly #results = new Map<string, Figures[]>();

  constructor(measures: Readonly<Record<Name, Measure>>, options: Options) {
    this.#measures = measures;
    this.#options = options;
  }

  /** @throws the signal's reason when it is cut, and what a measure throws; medians are of what was measured until then. */
  async run(runs: number): Promise<void> {
    const { onFigures, signal } = this.#options;
    for (let run = 1; run <= runs; run++) {
      for (const [name, { measure, mostRuns = runs }] of Object.entries<Measure>(this.#measures)) {
        if (run > mostRuns) continue;
        signal.throwIfAborted();
        const figures = await untilCut(measure(), signal);
        const results = this.#results.get(name) ?? [];
        this.#results.set(name, results);
        results.push(figures);
        onFigures({ name, run, figures });
      }
    }
  }

  /** How often the measure was run that was run least. */
  get runs(): number {
    return Math.min(...Object.keys(this.#measures).map((name) => this.#results.get(name)?.length ?? 0));
  }

  /** NaN when it was never measured, which JSON shows as null. */
  median(name: Name, figure: string): number {
    const values = (this.#results.get(name) ?? []).map((figures) => figures[figure] ?? NaN);
    return median(values.filter((value) => !Number.isNaN(value)));
  }
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
