import { describe, expect, it } from 'vitest';
import { EventCorrelator, type EventFacts } from './correlator.ts';

const unhealthy = (message = 'Readiness probe failed', type: EventFacts['type'] = 'Warning'): EventFacts => ({
  sourceAndObject: 'kubelet|node|Pod|shop|cart',
  fieldPath: 'spec.containers{cart}',
  type,
  reason: 'Unhealthy',
  message,
});

describe('event correlator', () => {
  it('counts identical events on one object', () => {
    const correlator = new EventCorrelator();
    const counts = [0, 10_000, 20_000].map((at) => correlator.correlate(unhealthy(), at).count);
    expect(counts).toEqual([1, 2, 3]);
  });

  it('lets 25 through, then one every five minutes, whose count is true all the same', () => {
    const correlator = new EventCorrelator();
    const written: { second: number; count: number }[] = [];
    for (let second = 0; second <= 1200; second += 10) {
      const { count, isHeldBack } = correlator.correlate(unhealthy(), second * 1000);
      if (!isHeldBack) written.push({ second, count });
    }
    expect(written.slice(0, 25).at(-1)).toEqual({ second: 240, count: 25 });
    expect(written.slice(25)).toEqual([
      { second: 300, count: 31 },
      { second: 600, count: 61 },
      { second: 900, count: 91 },
      { second: 1200, count: 121 },
    ]);
  });

  it('keeps separate tokens for Normal and Warning', () => {
    const correlator = new EventCorrelator();
    for (let turn = 0; turn < 30; turn++) correlator.correlate(unhealthy(), turn);
    expect(correlator.correlate(unhealthy('pulled', 'Normal'), 31)).toMatchObject({
      count: 1,
      isHeldBack: false,
    });
  });

  it('combines from the tenth similar message on', () => {
    const correlator = new EventCorrelator();
    const messages = Array.from(
      { length: 12 },
      (_, turn) => correlator.correlate(unhealthy(`try ${turn}`), turn).message,
    );
    expect(messages[8]).toBe('try 8');
    expect(messages.slice(9)).toEqual(
      [9, 10, 11].map((turn) => `(combined from similar events): try ${turn}`),
    );
  });

  it('forgets similar messages after ten quiet minutes', () => {
    const correlator = new EventCorrelator();
    for (let turn = 0; turn < 9; turn++) correlator.correlate(unhealthy(`try ${turn}`), turn);
    expect(correlator.correlate(unhealthy('try 9'), 700_000).message).toBe('try 9');
  });

  it('counts combined events as one series of their own', () => {
    const correlator = new EventCorrelator();
    const all = Array.from({ length: 14 }, (_, turn) => correlator.correlate(unhealthy(`try ${turn}`), turn));
    expect(all.slice(9).map(({ count }) => count)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(all.slice(9).map(({ key }) => key)).size).toBe(1);
  });

  it('shares the allowance of one object among its containers and reasons, not among objects', () => {
    const correlator = new EventCorrelator();
    const held = Array.from({ length: 30 }, (_, turn) =>
      correlator.correlate(
        { ...unhealthy('x'), reason: `R${turn}`, fieldPath: `spec.containers{c${turn}}` },
        turn,
      ),
    );
    expect(held.filter(({ isHeldBack }) => isHeldBack)).toHaveLength(5);
    const other = { ...unhealthy(), sourceAndObject: 'kubelet|node|Pod|shop|other' };
    expect(correlator.correlate(other, 40).isHeldBack).toBe(false);
  });
});
