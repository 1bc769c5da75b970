import type { IncidentRow, Strip } from '#lib/contract/incident-row.ts';
import { spaced, spanOf, uncovered, xOf } from './time-scale.ts';
import type { Span, TimeScale } from './time-scale.ts';

export const STRIP_WIDTH = 150;
export const STRIP_HEIGHT = 32;
const PAST_MS = 60 * 60_000;
const AHEAD_MS = 7 * 60_000;
/** Diamonds closer than this would be one smear; the strokes below them stay. */
const DIAMOND_GAP = 6;
const TRIANGLE_GAP = 5;

export type StripShapes = {
  readonly nowX: number;
  readonly bars: readonly (Span & { readonly kind: Strip['bars'][number]['kind'] })[];
  readonly crashes: readonly number[];
  readonly diamonds: readonly number[];
  readonly pulls: readonly number[];
  readonly probes: readonly number[];
  readonly rollouts: readonly number[];
  /** Not recorded. */
  readonly gaps: readonly Span[];
  readonly next?: Span;
};

/** Last hour and the coming 7 min: "now" stands at the same x in every row, so that rows compare at a glance. */
export const stripScale = (now: number): TimeScale => ({
  fromAt: now - PAST_MS,
  toAt: now + AHEAD_MS,
  left: 0,
  right: STRIP_WIDTH,
});

export function stripShapes(strip: Strip, next: IncidentRow['next'], now: number): StripShapes {
  const scale = stripScale(now);
  const visible = (at: number) => at >= scale.fromAt && at <= now;
  const xs = (kind: Strip['marks'][number]['kind']) =>
    strip.marks.filter((mark) => mark.kind === kind && visible(mark.at)).map((mark) => xOf(scale, mark.at));
  const crashes = xs('crash');
  const distinct = (points: readonly number[], gap: number) =>
    spaced(
      points.toSorted((a, b) => a - b).map((x) => ({ x })),
      gap,
    ).map(({ x }) => x);
  const bars = strip.bars.flatMap((bar) => {
    const span = spanOf(scale, bar.fromAt, Math.min(bar.toAt ?? now, now));
    return span ? [{ ...span, kind: bar.kind }] : [];
  });
  // Bars before the recording began are known from the pod's own status; only what lies between them is not.
  const unrecorded =
    strip.recordedFromAt > scale.fromAt
      ? spanOf(scale, Math.max(scale.fromAt, strip.createdAt), Math.min(strip.recordedFromAt, now))
      : undefined;
  const window = next?.kind === 'timed' ? spanOf(scale, next.earlyAt, next.lateAt, 3) : undefined;
  return {
    nowX: xOf(scale, now),
    bars,
    crashes,
    diamonds: distinct(crashes, DIAMOND_GAP),
    pulls: distinct(xs('pull-failed'), 2),
    probes: distinct(xs('probe-failed'), TRIANGLE_GAP),
    rollouts: strip.rolloutAt.filter(visible).map((at) => xOf(scale, at)),
    gaps: unrecorded ? uncovered(unrecorded, bars) : [],
    next: window,
  };
}

/** The same in words, for those who do not see the drawing. */
export function stripSummary(strip: Strip, now: number): string {
  const since = now - PAST_MS;
  const count = (kind: Strip['marks'][number]['kind']) =>
    strip.marks
      .filter((mark) => mark.kind === kind && mark.at >= since)
      .reduce((sum, mark) => sum + (mark.count ?? 1), 0);
  const facts = [
    [count('crash'), 'crash', 'crashes'],
    [count('pull-failed'), 'failed pull', 'failed pulls'],
    [count('probe-failed'), 'failed probe', 'failed probes'],
    [strip.rolloutAt.filter((at) => at >= since).length, 'rollout', 'rollouts'],
  ] as const;
  const said = facts.filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`);
  return said.length === 0 ? 'Last hour: no crash, no rollout' : `Last hour: ${said.join(', ')}`;
}
