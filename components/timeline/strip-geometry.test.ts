import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Strip } from '#lib/contract/incident-row.ts';
import { STRIP_WIDTH, stripShapes, stripSummary } from './strip-geometry.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;
const strip = (change: Partial<Strip>): Strip => ({
  createdAt: 0,
  recordedFromAt: 0,
  bars: [],
  marks: [],
  rolloutAt: [],
  ...change,
});

describe('rhythm strip', () => {
  it('puts "now" at the same place in every row', () => {
    expect(stripShapes(strip({}), undefined, NOW).nowX).toBeCloseTo(134.33, 1);
  });

  it('cuts a bar that began before the hour at the left edge, and one that still runs at "now"', () => {
    const { bars, nowX } = stripShapes(
      strip({ bars: [{ kind: 'run', fromAt: 0, toAt: NOW + MINUTE }] }),
      undefined,
      NOW,
    );
    expect(bars).toEqual([{ kind: 'run', x: 0, width: nowX }]);
  });

  it('draws a bar without an end up to now, whenever now is', () => {
    const running = strip({ bars: [{ kind: 'run', fromAt: NOW - MINUTE }] });
    for (const later of [NOW, NOW + 5 * MINUTE]) {
      const { bars, nowX } = stripShapes(running, undefined, later);
      expect((bars[0]?.x ?? 0) + (bars[0]?.width ?? 0)).toBeCloseTo(nowX, 5);
    }
  });

  it('keeps every stroke of a crash burst but only diamonds that can be told apart', () => {
    const marks = [0, 1, 2, 30].map((seconds) => ({
      kind: 'crash' as const,
      at: NOW - 20 * MINUTE + seconds * 10_000,
      label: '1',
    }));
    const { crashes, diamonds } = stripShapes(strip({ marks }), undefined, NOW);
    expect(crashes).toHaveLength(4);
    expect(diamonds).toHaveLength(2);
  });

  it('draws what was not recorded as a gap, not as health', () => {
    const [gap] = stripShapes(strip({ recordedFromAt: NOW - 30 * MINUTE }), undefined, NOW).gaps;
    expect(gap?.x).toBe(0);
    expect(gap?.width).toBeCloseTo((STRIP_WIDTH * 30) / 67, 1);
  });

  it('draws no gap over a run the pod itself tells of', () => {
    const { gaps } = stripShapes(
      strip({
        recordedFromAt: NOW,
        bars: [{ kind: 'run', fromAt: NOW - 40 * MINUTE, toAt: NOW - 20 * MINUTE }],
      }),
      undefined,
      NOW,
    );
    expect(gaps.map(({ width }) => Math.round((width * 67) / STRIP_WIDTH))).toEqual([20, 20]);
  });

  it('draws no gap where there was no pod yet', () => {
    const [gap] = stripShapes(
      strip({ createdAt: NOW - 40 * MINUTE, recordedFromAt: NOW - 30 * MINUTE }),
      undefined,
      NOW,
    ).gaps;
    expect(gap?.width).toBeCloseTo((STRIP_WIDTH * 10) / 67, 1);
  });

  it('draws the window of the next attempt ahead of now, and none without a clock', () => {
    const next = {
      kind: 'timed',
      what: 'pull',
      attempt: 3,
      delayMs: 40_000,
      earlyAt: NOW + MINUTE,
      lateAt: NOW + 2 * MINUTE,
      source: 'events',
    } as const;
    const { next: window, nowX } = stripShapes(strip({}), next, NOW);
    expect(window?.x).toBeGreaterThan(nowX);
    expect(stripShapes(strip({}), { kind: 'untimed', text: 'never' }, NOW).next).toBeUndefined();
  });

  it('draws nothing outside its frame, whatever the times', () => {
    const time = fc.integer({ min: NOW - 200 * MINUTE, max: NOW + 200 * MINUTE });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time)), fc.array(time), (spans, points) => {
        const shapes = stripShapes(
          strip({
            bars: spans.map(([a, b]) => ({ kind: 'run', fromAt: Math.min(a, b), toAt: Math.max(a, b) })),
            marks: points.map((at) => ({ kind: 'crash', at, label: '1' })),
            rolloutAt: points,
          }),
          undefined,
          NOW,
        );
        for (const { x, width } of shapes.bars) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(STRIP_WIDTH);
        }
        for (const x of [...shapes.crashes, ...shapes.rollouts]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(shapes.nowX);
        }
      }),
    );
  });

  it('says the same in words', () => {
    const marks = [
      { kind: 'crash' as const, at: NOW - MINUTE, label: '127' },
      { kind: 'probe-failed' as const, at: NOW - MINUTE, label: '', count: 4 },
      { kind: 'crash' as const, at: NOW - 90 * MINUTE, label: 'older than the hour' },
    ];
    expect(stripSummary(strip({ marks, rolloutAt: [NOW - MINUTE] }), NOW)).toBe(
      'Last hour: 1 crash, 4 failed probes, 1 rollout',
    );
  });
});
