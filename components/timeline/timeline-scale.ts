import type { TimeScale } from './time-scale.ts';

const MINUTE = 60_000;
export const RANGES = {
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '1h': 60 * MINUTE,
  '6h': 360 * MINUTE,
} as const;
export type Range = keyof typeof RANGES;

export const GUTTER = 166;
const RIGHT_MARGIN = 12;
/** Room for what is predicted, and for its words. */
const AHEAD_SHARE = 0.14;

/** "Now" stands at the same place whatever the range, with room ahead for the next attempt. */
export const timelineScale = (range: Range, now: number, width: number): TimeScale => ({
  fromAt: now - RANGES[range],
  toAt: now + RANGES[range] * AHEAD_SHARE,
  left: GUTTER,
  right: Math.max(width - RIGHT_MARGIN, GUTTER + 100),
});

const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120].map((minutes) => minutes * MINUTE);
const MIN_STEP_PX = 84;

/** Round local times with at least 84 px between them. */
export function axisTicks(scale: TimeScale, zoneOffsetMs = 0): number[] {
  const perMs = (scale.right - scale.left) / (scale.toAt - scale.fromAt);
  const step = STEPS.find((candidate) => candidate * perMs >= MIN_STEP_PX) ?? 240 * MINUTE;
  const first = Math.ceil((scale.fromAt + zoneOffsetMs) / step) * step - zoneOffsetMs;
  const count = Math.max(0, Math.floor((scale.toAt - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}
