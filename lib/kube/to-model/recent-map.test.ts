import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

it('keeps what is asked for, and never more than twice its size', () => {
  const map = new RecentMap<number>(10);
  map.set('kept', -1);
  for (let n = 0; n < 1000; n++) {
    map.set(`other ${n}`, n);
    expect(map.get('kept')).toBe(-1);
  }
  const held = Array.from({ length: 1000 }, (_, n) => map.get(`other ${n}`)).filter((n) => n !== undefined);
  expect(held.length).toBeLessThanOrEqual(20);
});
