import { describe, expect, it } from 'vitest';
import { untilCut } from './cut-signal.ts';
import { type Figures, type Measure, Rounds } from './rounds.ts';

const going = new AbortController().signal;

/** Answers one figure after the other. */
function series(...values: number[]): () => Promise<Figures> {
  const left = [...values];
  return async () => ({ ms: left.shift() ?? NaN });
}

function rounds<Name extends string>(measures: Record<Name, Measure>, signal = going) {
  const told: string[] = [];
  const made = new Rounds(measures, {
    onFigures: ({ name, run, figures }) => told.push(`${name} ${run}: ${figures['ms']}`),
    signal,
  });
  return { made, told };
}

describe('rounds of measures', () => {
  it('take turns, and are told one by one', async () => {
    const { made, told } = rounds({ ours: { measure: series(1, 2) }, floor: { measure: series(3, 4) } });
    await made.run(2);
    expect(told).toEqual(['ours 1: 1', 'floor 1: 3', 'ours 2: 2', 'floor 2: 4']);
  });

  it('give the median of each', async () => {
    const { made } = rounds({ ours: { measure: series(9, 1, 2) }, floor: { measure: series(3, 80, 5) } });
    await made.run(3);
    expect([made.median('ours', 'ms'), made.median('floor', 'ms')]).toEqual([2, 5]);
    expect(made.runs).toBe(3);
  });

  it('run a long measure less often', async () => {
    const { made, told } = rounds({
      ours: { measure: series(1, 2, 3) },
      long: { measure: series(7, 8, 9), mostRuns: 1 },
    });
    await made.run(3);
    expect(told.filter((line) => line.startsWith('long'))).toEqual(['long 1: 7']);
    expect(made.runs).toBe(1);
  });

  it('leave what was measured when they are cut', async () => {
    const cut = new AbortController();
    const { made } = rounds(
      {
        ours: { measure: series(4, 5) },
        hangs: {
          measure: () => {
            cut.abort(new Error('cut: SIGINT'));
            return new Promise<Figures>(() => undefined);
          },
        },
      },
      cut.signal,
    );
    await expect(made.run(7)).rejects.toThrow('cut: SIGINT');
    expect(made.median('ours', 'ms')).toBe(4);
    expect([made.runs, made.median('hangs', 'ms')]).toEqual([0, NaN]);
  });

  it('leave out a figure that a run does not have', async () => {
    const { made } = rounds({ ours: { measure: series(4, NaN, 6) } });
    await made.run(3);
    expect(made.median('ours', 'ms')).toBe(6);
  });
});

describe('work until the cut', () => {
  it('is not begun after it', async () => {
    await expect(untilCut(Promise.resolve(1), AbortSignal.abort(new Error('cut')))).rejects.toThrow('cut');
  });

  it('answers what it resolved with', async () => {
    await expect(untilCut(Promise.resolve(1), going)).resolves.toBe(1);
  });
});
