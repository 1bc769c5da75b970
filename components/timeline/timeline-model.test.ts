import { describe, expect, it } from 'vitest';
import { anIncidentView } from '#components/fixtures/incident-view.ts';
import { incidentRows } from '#components/fixtures/incident-rows.ts';
import type { Lane } from '#lib/contract/incident-view.ts';
import { eventPills } from './entry-lanes.tsx';
import { laneShapes } from './lane-shapes.ts';
import { rolloutSpans } from './rollout-lane.tsx';
import { stepFact, timelineFacts } from './timeline-model.ts';
import { axisTicks, timelineScale } from './timeline-scale.ts';
import { atOf, xOf } from './time-scale.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;
const scale = timelineScale('1h', NOW, 992);
const [row] = incidentRows();
if (!row) throw new Error('The fixture has rows.');

const lane = (change: Partial<Lane>): Lane => ({
  pod: 'web-7d9c-x7k2p',
  container: 'app',
  restarts: 3,
  gone: false,
  createdAt: 0,
  recordedFromAt: 0,
  bars: [],
  marks: [],
  ...change,
});

describe('timeline', () => {
  it('has room ahead of now for what is predicted', () => {
    expect(xOf(scale, NOW)).toBeLessThan(scale.right - 80);
    expect(atOf(scale, xOf(scale, NOW))).toBeCloseTo(NOW, 3);
  });

  it.each(['5m', '15m', '1h', '6h'] as const)('keeps the labels of a %s axis apart', (range) => {
    const narrow = timelineScale(range, NOW, 700);
    const xs = axisTicks(narrow).map((at) => xOf(narrow, at));
    expect(xs.length).toBeGreaterThan(1);
    for (const [index, x] of xs.slice(1).entries()) expect(x - (xs[index] ?? 0)).toBeGreaterThanOrEqual(84);
  });

  it('prints an exit code only where the next crash leaves room for it', () => {
    const crash = (at: number) => ({ kind: 'crash' as const, at, label: '127' });
    const shapes = laneShapes(
      lane({ marks: [crash(NOW - 30_000), crash(NOW - 20 * MINUTE), crash(NOW - 10_000)] }),
      scale,
      NOW,
    );
    expect(shapes.crashes).toHaveLength(3);
    expect(shapes.exits).toHaveLength(2);
  });

  it('prints the length of a back-off only where it fits', () => {
    const backoff = (fromAt: number, delayMs: number) => ({
      kind: 'backoff' as const,
      fromAt,
      toAt: fromAt + delayMs,
      delayMs,
    });
    const shapes = laneShapes(
      lane({ bars: [backoff(NOW - 30 * MINUTE, 20_000), backoff(NOW - 20 * MINUTE, 300_000)] }),
      scale,
      NOW,
    );
    expect(shapes.waits.map(({ text }) => text)).toEqual(['5m0s']);
  });

  it('ends each rollout where the next began, and draws the one in force until now', () => {
    const rollout = (number: number, at: number) => ({ number, at, images: [], isCurrent: number === 2 });
    const [one, two] = rolloutSpans([rollout(1, 0), rollout(2, NOW - 10 * MINUTE)], scale, NOW);
    expect(one && one.x + one.width).toBeCloseTo(two?.x ?? 0, 5);
    expect(two && two.x + two.width).toBeCloseTo(xOf(scale, NOW), 5);
  });

  it('draws nothing as what runs now when nobody knows since when it does', () => {
    const rollout = (number: number, at: number) => ({ number, at, images: [], isCurrent: false });
    const [, unknownEnd] = rolloutSpans(
      [rollout(1, NOW - 50 * MINUTE), rollout(2, NOW - 20 * MINUTE)],
      scale,
      NOW,
    );
    expect(unknownEnd?.width).toBeLessThan(1);
  });

  it('keeps the newest Event where pills would overlap', () => {
    const event = (id: string, at: number) => ({
      id,
      at,
      firstAt: at,
      count: 9,
      source: 'event' as const,
      tone: 'bad' as const,
      subject: 'pod',
      title: 'BackOff',
    });
    const pills = eventPills(
      [event('old', NOW - 61_000), event('new', NOW - 60_000), event('far', NOW - 30 * MINUTE)],
      scale,
      NOW,
    );
    expect(pills.map(({ id }) => id)).toEqual(['new', 'far']);
  });

  it('tells in words every crash, back-off, Event and action it draws', () => {
    const facts = timelineFacts(anIncidentView(row));
    expect(facts.map(({ at }) => at)).toEqual(facts.map(({ at }) => at).toSorted((a, b) => a - b));
    const words = facts.map(({ text }) => text);
    expect(words).toContain('image pull failed');
    expect(words).toContain('back-off 5m0s');
    expect(words).toContain('BackOff ×44: Back-off restarting failed container app');
  });

  it('moves the cursor from fact to fact and stops at the ends', () => {
    const facts = [1, 2, 3].map((at) => ({ at, lane: 'a', text: String(at) }));
    expect(stepFact(facts, undefined, -1)?.at).toBe(3);
    expect(stepFact(facts, 2, -1)?.at).toBe(1);
    expect(stepFact(facts, 1, -1)?.at).toBe(1);
    expect(stepFact(facts, 2, 1)?.at).toBe(3);
    expect(stepFact([], undefined, 1)).toBeUndefined();
  });
});
