import type { TimelineBar, TimelineMark } from '#lib/model/timeline.ts';
import { lane, type LaneData, type Window } from './lane.ts';
import type { PodHistory } from './pod-history.ts';

/** The rhythm of one container in a triage row. */
export type StripData = {
  /** Creation of that container's pod. */
  readonly createdAt: number;
  readonly recordedFromAt: number;
  readonly bars: readonly TimelineBar[];
  readonly marks: readonly TimelineMark[];
  readonly rolloutAt: readonly number[];
};

const HOUR_MS = 3_600_000;
/** The window's start moves in steps, or the drawing would differ, and travel, every second. */
const STEP_MS = 10 * 60_000;

/** At least the last hour of the worst container among the pods of a workload; empty when none was seen. */
export function strip({
  pods,
  rolloutAt,
  now,
}: {
  readonly pods: readonly PodHistory[];
  /** When revisions of the workload were rolled out. */
  readonly rolloutAt: readonly number[];
  readonly now: number;
}): StripData {
  const window: Window = { fromAt: Math.floor((now - HOUR_MS) / STEP_MS) * STEP_MS, toAt: now };
  const lanes = pods.flatMap((pod) =>
    pod.containers.map((container) => lane({ pod, container, window, now })),
  );
  const worst = lanes.toSorted(byWorst)[0];
  return {
    // Without a container nothing is drawn, and nothing may move with the time.
    createdAt: worst?.createdAt ?? window.fromAt,
    recordedFromAt: worst?.recordedFromAt ?? window.fromAt,
    bars: worst?.bars ?? [],
    marks: worst?.marks ?? [],
    rolloutAt: rolloutAt.filter((at) => at >= window.fromAt && at <= now).toSorted((a, b) => a - b),
  };
}

/** Lanes in the order of the screen: living before gone, then those that lost most of the window. */
export function byWorst(a: LaneData, b: LaneData): number {
  return (
    Number(a.gone) - Number(b.gone) ||
    Number(isDown(b)) - Number(isDown(a)) ||
    b.marks.length - a.marks.length ||
    lostMs(b) - lostMs(a) ||
    b.restarts - a.restarts ||
    (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)
  );
}

const isDown = ({ bars }: LaneData) => bars.length > 0 && bars.at(-1)?.kind !== 'run';

const lostMs = ({ bars }: LaneData) =>
  bars.reduce((sum, { kind, fromAt, toAt }) => (kind === 'run' ? sum : sum + toAt - fromAt), 0);

const nameOf = ({ pod, container }: LaneData) => `${pod}/${container}`;
