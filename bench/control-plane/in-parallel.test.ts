import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

describe('work in parallel', () => {
  it('is done once for every item, with so many at a time', async () => {
    const done: number[] = [];
    let now = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5, 6, 7], { workers: 3 }, async (item) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      done.push(item);
      now -= 1;
    });
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('takes no more items than it works on', async () => {
    const taken: number[] = [];
    const items = (function* () {
      for (let n = 0; ; n++) {
        taken.push(n);
        yield n;
      }
    })();
    const work = async (item: number) => {
      if (item === 4) throw new Error('refused');
    };
    await expect(inParallel(items, { workers: 2 }, work)).rejects.toThrow('refused');
    expect(taken.length).toBeLessThanOrEqual(7);
  });

  it('finishes what is under way when something fails', async () => {
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const all = inParallel(['slow', 'fails', 'never'], { workers: 2 }, async (item) => {
      if (item === 'fails') {
        gate.resolve();
        throw new Error('refused');
      }
      await gate.promise;
      done.push(item);
    });
    await expect(all).rejects.toThrow('refused');
    expect(done).toEqual(['slow']);
  });
});
