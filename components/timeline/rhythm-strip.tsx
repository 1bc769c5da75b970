'use client';
import { useNow } from '#components/live/now-provider.tsx';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { cross, crashStroke, diamond, triangle } from './marks.ts';
import { STRIP_HEIGHT, STRIP_WIDTH, stripShapes, stripSummary } from './strip-geometry.ts';
import type { StripShapes } from './strip-geometry.ts';

/** 10 s are 0.4 px. */
const STEP_MS = 10_000;
const BAR_Y = 13;
const MIDDLE = 17;
const BAR_CLASS: Record<StripShapes['bars'][number]['kind'], string | undefined> = {
  run: 's-run',
  'run-not-ready': 's-run-not-ready',
  'run-unknown': 's-run-unknown',
  backoff: 's-backoff',
  waiting: undefined,
};

/** A failing container is a rhythm: ran, crashed, waited. The worst container of the workload, last hour. */
export function RhythmStrip({ row }: { row: Pick<IncidentRow, 'strip' | 'next'> }) {
  const now = useNow(STEP_MS);
  const shapes = stripShapes(row.strip, row.next, now);
  return (
    <svg
      role="img"
      aria-label={stripSummary(row.strip, now)}
      width={STRIP_WIDTH}
      height={STRIP_HEIGHT}
      viewBox={`0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`}
      className="block overflow-visible"
    >
      <path className="base" d={`M0 17.5H${STRIP_WIDTH}`} />
      {shapes.gaps.map(({ x, width }) => (
        <rect key={x} className="s-gap" x={x} y="9" width={width} height="16" />
      ))}
      {shapes.bars.map((bar, index) => {
        const name = BAR_CLASS[bar.kind];
        const hollow = bar.kind === 'run' || bar.kind === 'backoff' ? 0 : 0.5;
        return name === undefined ? null : (
          <rect
            key={index}
            className={name}
            x={bar.x}
            y={BAR_Y + hollow}
            width={bar.width}
            height={8 - hollow * 2}
          />
        );
      })}
      <path className="m-crash" d={shapes.crashes.map((x) => crashStroke(x, MIDDLE, 6)).join('')} />
      <path className="m-crash" d={shapes.diamonds.map((x) => diamond(x, 6.5, 2.5)).join('')} />
      <path
        className="m-pull"
        d={shapes.pulls.map((x) => `${cross(x, 5, 2)}M${x.toFixed(1)} 11v12`).join('')}
      />
      <path className="m-probe" d={shapes.probes.map((x) => triangle(x, 27.5)).join('')} />
      <path className="m-roll" d={shapes.rollouts.map((x) => `M${x.toFixed(1)} 6v22`).join('')} />
      <path className="m-roll-flag" d={shapes.rollouts.map((x) => `M${x.toFixed(1)} 6h5v4h-5z`).join('')} />
      {shapes.next && (
        <rect className="s-next" x={shapes.next.x} y="11.5" width={shapes.next.width} height="11" />
      )}
      <path className="s-now" d={`M${shapes.nowX.toFixed(1)} 0V${STRIP_HEIGHT}`} />
    </svg>
  );
}
