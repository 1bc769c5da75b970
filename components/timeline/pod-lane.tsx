'use client';
import { untilAttempt } from '#components/live/next-countdown.tsx';
import { countdown } from '#lib/client/durations.ts';
import type { Lane } from '#lib/contract/incident-view.ts';
import { cross, crashStroke, diamond } from './marks.ts';
import { laneShapes } from './lane-shapes.ts';
import type { LaneShapes } from './lane-shapes.ts';
import type { TimeScale } from './time-scale.ts';
import { xOf } from './time-scale.ts';

const BAR_CLASS: Record<LaneShapes['bars'][number]['kind'], string | undefined> = {
  run: 's-run',
  'run-not-ready': 's-run-not-ready',
  'run-unknown': 's-run-unknown',
  backoff: 's-backoff',
  waiting: undefined,
};
const HALF = 5;
const MIDDLE = 24;
const NOT_RECORDED_PX = 90;
const f = (x: number) => x.toFixed(1);

function Words({
  lane,
  shapes,
  scale,
  now,
  stale,
}: {
  lane: Lane;
  shapes: LaneShapes;
  scale: TimeScale;
  now: number;
  stale: boolean;
}) {
  const x = xOf(scale, now) + 6;
  if (lane.next?.kind === 'timed') {
    const when = stale ? '?' : untilAttempt(lane.next, now);
    const inWord = /^\d/.test(when) ? 'in ' : '';
    return (
      <text x={x} y={MIDDLE - 9} className="t-strong">
        {`${lane.next.what} #${lane.next.attempt} ${inWord}${when}`}
      </text>
    );
  }
  if (shapes.reset && lane.resetAt !== undefined) {
    return (
      <text x={shapes.reset.endX + 8} y={MIDDLE + 14} className="t-ok">
        resets in {stale ? '?' : countdown(lane.resetAt - now)}
      </text>
    );
  }
  return null;
}

/** Runs, ends, back-offs and the predicted attempt of one container. */
export function PodLane({
  lane,
  scale,
  now,
  stale,
}: {
  lane: Lane;
  scale: TimeScale;
  now: number;
  stale: boolean;
}) {
  const shapes = laneShapes(lane, scale, now);
  const { reset } = shapes;
  return (
    <>
      <path className="base" d={`M${f(scale.left)} ${MIDDLE + 0.5}H${f(scale.right)}`} />
      {shapes.gaps.map(({ x, width }) => (
        <g key={x}>
          <rect className="s-gap" x={x} y={MIDDLE - 10} width={width} height="20" />
          {width > NOT_RECORDED_PX && (
            <text x={x + 6} y={MIDDLE + 4} className="t-ink">
              not recorded
            </text>
          )}
        </g>
      ))}
      {shapes.bars.map((bar, index) => {
        const name = BAR_CLASS[bar.kind];
        return name === undefined ? null : (
          <rect
            key={index}
            className={name}
            x={bar.x}
            y={MIDDLE - HALF}
            width={bar.width}
            height={HALF * 2}
          />
        );
      })}
      {shapes.waits.map(({ x, text }) => (
        <text key={x} x={x} y={MIDDLE + 16} textAnchor="middle" className="t-warn">
          {text}
        </text>
      ))}
      <path
        className="m-crash"
        d={shapes.crashes.map((x) => crashStroke(x, MIDDLE, 9) + diamond(x, MIDDLE - 12, 3)).join('')}
      />
      {shapes.exits.map(({ x, text }) => (
        <text key={x} x={x + 5} y={MIDDLE - 8} className="t-exit">
          {text}
        </text>
      ))}
      <path
        className="m-pull"
        d={shapes.pulls.map((x) => `${cross(x, MIDDLE - 13, 2.5)}M${f(x)} ${MIDDLE - 6}v15`).join('')}
      />
      {reset && (
        <>
          <path className="s-reset" d={`M${f(reset.fromX)} ${MIDDLE + 10}H${f(reset.nowX)}`} />
          <path
            className="s-reset"
            strokeDasharray="2 2"
            d={`M${f(reset.nowX)} ${MIDDLE + 10}H${f(reset.endX)}`}
          />
          <circle className="s-reset" cx={reset.endX} cy={MIDDLE + 10} r="3" />
        </>
      )}
      {shapes.next && (
        <rect className="s-next" x={shapes.next.x} y={MIDDLE - 7} width={shapes.next.width} height="14" />
      )}
      <Words lane={lane} shapes={shapes} scale={scale} now={now} stale={stale} />
    </>
  );
}
