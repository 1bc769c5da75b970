'use client';
import type { ReactNode } from 'react';
import { clockTime, useTimeZone } from '#components/live/clock-time.tsx';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { ActionLane, EventLane, ProbeLane } from './entry-lanes.tsx';
import { PodLane } from './pod-lane.tsx';
import { RolloutLane } from './rollout-lane.tsx';
import { laneName, lanesAreAlone } from './timeline-model.ts';
import { xOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';
import { axisTicks, GUTTER } from './timeline-scale.ts';

const AXIS = 24;
const LANE = 32;
const POD_LANE = 44;
/** Half of both labels: a tick closer to "now" would be written over. */
const NOW_LABEL = 48;

type Row = {
  readonly key: string;
  readonly name: string;
  readonly note?: string;
  readonly height: number;
  readonly draw: ReactNode;
};
type Props = {
  view: IncidentView;
  scale: TimeScale;
  now: number;
  stale: boolean;
  width: number;
  cursorAt: number | undefined;
  label: string;
};

/** Lanes from top to bottom: rollouts, containers (worst first), probes, Events, actions. Empty ones are left out. */
function rowsOf({ view, scale, now, stale }: Pick<Props, 'view' | 'scale' | 'now' | 'stale'>): Row[] {
  const alone = lanesAreAlone(view.lanes);
  const probes = view.lanes.flatMap((lane) =>
    lane.marks.filter((mark) => mark.kind === 'probe-failed').map(({ at }) => at),
  );
  const has = (source: string) => view.entries.some((entry) => entry.source === source);
  const rows: (Row | undefined)[] = [
    view.rollouts.length > 0
      ? {
          key: 'rollouts',
          name: 'Rollouts',
          height: LANE,
          draw: <RolloutLane rollouts={view.rollouts} scale={scale} now={now} />,
        }
      : undefined,
    ...view.lanes.map((lane) => ({
      key: `${lane.pod}/${lane.container}`,
      name: laneName(lane, alone),
      note: lane.gone ? 'gone' : `${lane.restarts} restarts`,
      height: POD_LANE,
      draw: <PodLane lane={lane} scale={scale} now={now} stale={stale} />,
    })),
    probes.length > 0
      ? {
          key: 'probes',
          name: 'Probe failures',
          height: LANE,
          draw: <ProbeLane at={probes} scale={scale} now={now} />,
        }
      : undefined,
    has('event')
      ? {
          key: 'events',
          name: 'Events',
          height: LANE,
          draw: <EventLane entries={view.entries} scale={scale} now={now} />,
        }
      : undefined,
    has('action')
      ? {
          key: 'actions',
          name: 'Actions here',
          height: LANE,
          draw: <ActionLane entries={view.entries} scale={scale} now={now} />,
        }
      : undefined,
  ];
  return rows.filter((row) => row !== undefined);
}

function Axis({
  scale,
  height,
  zone,
  nowX,
}: {
  nowX: number;
  scale: TimeScale;
  height: number;
  zone: string | undefined;
}) {
  return (
    <>
      {axisTicks(scale).map((at) => (
        <g key={at}>
          <path className="grid" d={`M${xOf(scale, at).toFixed(1)} ${AXIS}V${height}`} />
          {Math.abs(xOf(scale, at) - nowX) > NOW_LABEL && (
            <text x={xOf(scale, at)} y="15" textAnchor="middle">
              {clockTime(at, scale.toAt - scale.fromAt < 600_000 ? 'time' : 'minute', zone)}
            </text>
          )}
        </g>
      ))}
    </>
  );
}

function Moment({
  x,
  height,
  text,
  kind,
}: {
  x: number;
  height: number;
  text: string;
  kind: 'now' | 'cursor';
}) {
  return (
    <>
      <path className={kind === 'now' ? 's-now' : 'm-roll'} d={`M${x.toFixed(1)} ${AXIS - 4}V${height}`} />
      <rect x={x - 26} y="3" width="52" height="17" rx="2" className={kind === 'now' ? 'r-now' : 'r-ink'} />
      <text x={x} y="15.5" textAnchor="middle" className="t-on-now">
        {text}
      </text>
    </>
  );
}

export function TimelineDrawing(props: Props) {
  const { scale, now, width, cursorAt } = props;
  const zone = useTimeZone();
  const rows = rowsOf(props);
  const tops = rows.map((_, index) => AXIS + rows.slice(0, index).reduce((sum, row) => sum + row.height, 0));
  const height = AXIS + rows.reduce((sum, row) => sum + row.height, 0);
  return (
    <svg
      role="img"
      aria-label={props.label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="block"
    >
      <Axis scale={scale} height={height} zone={zone} nowX={xOf(scale, now)} />
      {rows.map((row, index) => (
        <g key={row.key} transform={`translate(0 ${tops[index] ?? 0})`}>
          <path className="grid" d={`M0 -0.5H${width}`} />
          <text x="16" y={row.height / 2 + 4} className="t-name">
            {row.name}
          </text>
          {row.note !== undefined && (
            <text x={GUTTER - 10} y={row.height / 2 + 4} textAnchor="end">
              {row.note}
            </text>
          )}
          {row.draw}
        </g>
      ))}
      <Moment x={xOf(scale, now)} height={height} text={clockTime(now, 'time', zone)} kind="now" />
      {cursorAt !== undefined && cursorAt >= scale.fromAt && (
        <Moment
          x={xOf(scale, cursorAt)}
          height={height}
          text={clockTime(cursorAt, 'time', zone)}
          kind="cursor"
        />
      )}
    </svg>
  );
}
