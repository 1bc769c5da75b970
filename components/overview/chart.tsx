'use client';
import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  LabelList,
  ReferenceDot,
  XAxis,
  YAxis,
} from 'recharts';
import { clockTime, useTimeZone } from '#components/live/clock-time.tsx';
import { OTHER } from './overview-model.ts';
import type { Bar as BarDatum, Point } from './overview-model.ts';

/** The only file that knows Recharts; loaded when a chart is drawn. */
const AXIS = { stroke: 'var(--line-strong)', tick: { fontSize: 11 }, tickLine: false } as const;
const HEIGHT = 232;
/** Below this two ticks may fall into one minute. */
const SHORT_MS = 10 * 60_000;
const MAX_TICKS = 5;

/** A step function: the value holds until the next sample. */
export function StepChart({ points, width }: { points: readonly Point[]; width: number }) {
  const zone = useTimeZone();
  const last = points.at(-1);
  const span = (last?.at ?? 0) - (points[0]?.at ?? 0);
  return (
    <AreaChart
      width={width}
      height={HEIGHT}
      data={[...points]}
      accessibilityLayer={false}
      margin={{ top: 16, right: 64, bottom: 0, left: -24 }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        {...AXIS}
        type="number"
        dataKey="at"
        domain={['dataMin', 'dataMax']}
        tickCount={6}
        tickFormatter={(at: number) => clockTime(at, span < SHORT_MS ? 'time' : 'minute', zone)}
      />
      <YAxis {...AXIS} axisLine={false} allowDecimals={false} domain={[0, 'auto']} />
      <Area
        type="stepAfter"
        dataKey="value"
        stroke="var(--c1)"
        strokeWidth={1.5}
        fill="var(--c1)"
        fillOpacity={0.13}
        isAnimationActive={false}
      />
      {last && (
        <ReferenceDot
          x={last.at}
          y={last.value}
          r={3.5}
          fill="var(--c1)"
          stroke="none"
          label={{
            value: `${last.value} now`,
            position: 'right',
            fontSize: 12,
            fontWeight: 600,
            fill: 'var(--ink)',
          }}
        />
      )}
    </AreaChart>
  );
}

/** Incidents by cause: one bar each, the number at its end. */
export function CauseBars({ bars, width }: { bars: readonly BarDatum[]; width: number }) {
  const most = Math.max(1, ...bars.map(({ incidents }) => incidents));
  return (
    <BarChart
      layout="vertical"
      width={width}
      height={HEIGHT}
      data={bars.map((bar) => ({ ...bar, fill: bar.name === OTHER ? 'var(--c5)' : 'var(--c1)' }))}
      accessibilityLayer={false}
      margin={{ top: 8, right: 96, bottom: 0, left: 8 }}
      barCategoryGap="28%"
    >
      <CartesianGrid horizontal={false} stroke="var(--line)" />
      <XAxis
        {...AXIS}
        type="number"
        allowDecimals={false}
        domain={[0, 'dataMax']}
        tickCount={Math.min(most + 1, MAX_TICKS)}
        axisLine={false}
      />
      <YAxis {...AXIS} type="category" dataKey="name" width={190} interval={0} />
      <Bar dataKey="incidents" isAnimationActive={false}>
        <LabelList dataKey="label" position="right" fontSize={12} fill="var(--ink-2)" />
      </Bar>
    </BarChart>
  );
}
