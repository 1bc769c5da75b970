import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '#lib/sandbox/client/objects.ts';
import { maxSurge, maxUnavailable, newReplicas, oldReplicas, proportionalReplicas } from './arithmetic.ts';

type Amount = number | string;
const spec = (replicas: number, surge: Amount = '25%', unavailable: Amount = '25%'): Deployment['spec'] => ({
  replicas,
  selector: {},
  template: { spec: { containers: [] } },
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
});

describe('rolling update arithmetic', () => {
  it.each<[number, Amount, Amount, number, number]>([
    [4, '25%', '25%', 1, 1],
    [3, '25%', '25%', 1, 0],
    [1, '25%', '25%', 1, 0],
    [10, '25%', '25%', 3, 2],
    [10, 0, 0, 0, 1],
    [2, 0, '100%', 0, 2],
    [0, '25%', '25%', 0, 0],
  ])(
    '%i replicas with surge %s and unavailable %s: %i more, %i fewer',
    (replicas, surge, unavailable, more, fewer) => {
      expect(maxSurge(spec(replicas, surge, unavailable))).toBe(more);
      expect(maxUnavailable(spec(replicas, surge, unavailable))).toBe(fewer);
    },
  );

  it('fills up to replicas plus surge', () => {
    expect(newReplicas(spec(4), 0, [{ name: 'old', replicas: 4, available: 4 }])).toBe(1);
    expect(newReplicas(spec(4), 1, [{ name: 'old', replicas: 3, available: 3 }])).toBe(2);
    expect(newReplicas(spec(4), 2, [{ name: 'old', replicas: 3, available: 3 }])).toBe(2);
  });

  it('drops old replicas that are not available before those that are', () => {
    const old = [
      { name: 'older', replicas: 2, available: 0 },
      { name: 'old', replicas: 2, available: 2 },
    ];
    const target = oldReplicas(spec(4), { name: 'new', replicas: 1, available: 1 }, old);
    expect([...target]).toEqual([
      ['older', 0],
      ['old', 2],
    ]);
  });

  it('never plans below the minimum that must stay available, nor above the surge', () => {
    const sizes = fc.record({
      replicas: fc.integer({ min: 0, max: 20 }),
      available: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), sizes, sizes, (replicas, fresh, old) => {
        const wanted = spec(replicas);
        const before = {
          name: 'old',
          replicas: old.replicas,
          available: Math.min(old.available, old.replicas),
        };
        const current = {
          name: 'new',
          replicas: fresh.replicas,
          available: Math.min(fresh.available, fresh.replicas),
        };
        const after = oldReplicas(wanted, current, [before]).get('old') ?? 0;
        const minimum = replicas - maxUnavailable(wanted);
        const availableAfter = current.available + Math.min(before.available, after);
        const availableBefore = current.available + before.available;
        expect(availableAfter).toBeGreaterThanOrEqual(Math.min(minimum, availableBefore));
        const next = newReplicas(wanted, current.replicas, [before]);
        expect(next + before.replicas).toBeLessThanOrEqual(
          Math.max(replicas + maxSurge(wanted), current.replicas + before.replicas),
        );
      }),
    );
  });

  it('spreads a change of size in proportion, rounding towards the largest', () => {
    const active = [
      { name: 'old', replicas: 8, available: 8, maxReplicas: 13 },
      { name: 'new', replicas: 5, available: 0, maxReplicas: 13 },
    ];
    const target = proportionalReplicas(spec(20, 3, 2), active);
    expect([...target.values()].reduce((sum, size) => sum + size, 0)).toBe(23);
    expect(target.get('old')).toBe(14);
  });
});
