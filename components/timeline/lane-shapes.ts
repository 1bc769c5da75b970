import type { Lane } from '#lib/contract/incident-view.ts';
import { goDuration } from '#lib/client/durations.ts';
import { spaced, spanOf, uncovered, xOf } from './time-scale.ts';
import type { Span, TimeScale } from './time-scale.ts';

type Label = { readonly x: number; readonly text: string };

export type LaneShapes = {
  readonly bars: readonly (Span & { readonly kind: Lane['bars'][number]['kind'] })[];
  /** Lengths printed below back-off bars that are wide enough for them. */
  readonly waits: readonly Label[];
  readonly crashes: readonly number[];
  readonly exits: readonly Label[];
  readonly pulls: readonly number[];
  readonly probes: readonly number[];
  readonly gaps: readonly Span[];
  readonly next?: Span;
  readonly reset?: { readonly fromX: number; readonly nowX: number; readonly endX: number };
};

const EXIT_GAP = 30;
const WAIT_TEXT_PX = 34;
const RESET_MS = 600_000;

function resetClock(lane: Lane, scale: TimeScale, now: number): LaneShapes['reset'] {
  if (lane.resetAt === undefined || lane.resetAt <= now) return undefined;
  return {
    fromX: xOf(scale, Math.max(lane.resetAt - RESET_MS, scale.fromAt)),
    nowX: xOf(scale, now),
    endX: xOf(scale, Math.min(lane.resetAt, scale.toAt)),
  };
}

/** Geometry of one container's lane. */
export function laneShapes(lane: Lane, scale: TimeScale, now: number): LaneShapes {
  const visible = (at: number) => at >= scale.fromAt && at <= now;
  const marks = (kind: Lane['marks'][number]['kind']) =>
    lane.marks
      .filter((mark) => mark.kind === kind && visible(mark.at))
      .toSorted((a, b) => a.at - b.at)
      .map((mark) => ({ x: xOf(scale, mark.at), text: mark.label }));
  const bars = lane.bars.flatMap((bar) => {
    const span = spanOf(scale, bar.fromAt, Math.min(bar.toAt ?? now, now));
    return span ? [{ ...span, kind: bar.kind, delayMs: bar.delayMs }] : [];
  });
  // Bars before the recording began are known from the pod's own status; only what lies between them is not.
  const unrecorded =
    lane.recordedFromAt > scale.fromAt
      ? spanOf(scale, Math.max(scale.fromAt, lane.createdAt), Math.min(lane.recordedFromAt, now))
      : undefined;
  const crashes = marks('crash');
  // The words on the next attempt begin at now.
  const wordsX = lane.next?.kind === 'timed' ? xOf(scale, now) + 6 : Infinity;
  return {
    bars,
    waits: bars
      .filter((bar) => bar.kind === 'backoff' && bar.delayMs !== undefined && bar.width >= WAIT_TEXT_PX)
      .map((bar) => ({ x: bar.x + bar.width / 2, text: goDuration(bar.delayMs ?? 0) })),
    crashes: crashes.map(({ x }) => x),
    exits: crashes.filter(({ x }, index) => (crashes[index + 1]?.x ?? wordsX) - x >= EXIT_GAP),
    pulls: marks('pull-failed').map(({ x }) => x),
    probes: spaced(marks('probe-failed'), 5).map(({ x }) => x),
    gaps: unrecorded ? uncovered(unrecorded, bars) : [],
    next: lane.next?.kind === 'timed' ? spanOf(scale, lane.next.earlyAt, lane.next.lateAt, 4) : undefined,
    reset: resetClock(lane, scale, now),
  };
}
