import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow } from './row-window.ts';

const LIST = { count: 1_000, rowHeight: 32, overscan: 12, scrollTop: 0, height: 640 };

describe('rowWindow', () => {
  it('is what is in sight and some rows around it', () => {
    expect(rowWindow(LIST)).toEqual({ from: 0, to: 33 });
    expect(rowWindow({ ...LIST, scrollTop: 3_200 })).toEqual({ from: 88, to: 133 });
  });

  it('ends with the list', () => {
    expect(rowWindow({ ...LIST, scrollTop: 1_000 * 32 - 640 })).toEqual({ from: 967, to: 1_000 });
    expect(rowWindow({ ...LIST, count: 3 })).toEqual({ from: 0, to: 3 });
    expect(rowWindow({ ...LIST, count: 0 })).toEqual({ from: 0, to: 0 });
  });

  it('has the last rows when the list became shorter than the place it was scrolled to', () => {
    expect(rowWindow({ ...LIST, count: 40, scrollTop: 9_000 })).toEqual({ from: 7, to: 40 });
  });

  it('holds every row in sight, and no more than is needed, wherever it is scrolled', () => {
    const place = fc.record({
      count: fc.nat(5_000),
      rowHeight: fc.integer({ min: 16, max: 64 }),
      overscan: fc.nat(20),
      scrollTop: fc.integer({ min: -100, max: 400_000 }),
      height: fc.nat(2_000),
    });
    fc.assert(
      fc.property(place, (list) => {
        const { from, to } = rowWindow(list);
        const { count, rowHeight, overscan, height } = list;
        const end = Math.max(count * rowHeight - height, 0);
        const scrollTop = Math.min(Math.max(list.scrollTop, 0), end);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(from * rowHeight).toBeLessThanOrEqual(scrollTop);
        expect(to === count || to * rowHeight >= scrollTop + height).toBe(true);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 1 + 2 * overscan);
      }),
    );
  });
});
