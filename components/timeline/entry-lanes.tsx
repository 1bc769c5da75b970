import type { IncidentView } from '#lib/contract/incident-view.ts';
import { triangle } from './marks.ts';
import { xOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

type Entry = IncidentView['entries'][number];
const CHAR_PX = 6;

export type Pill = { readonly id: string; readonly x: number; readonly width: number; readonly text: string };

/** Folded Events at their last sighting; where two would overlap the newer one stays. */
export function eventPills(entries: readonly Entry[], scale: TimeScale, now: number): Pill[] {
  const pills: Pill[] = [];
  const shown = entries
    .filter((entry) => entry.source === 'event' && entry.at >= scale.fromAt && entry.at <= now)
    .toSorted((a, b) => b.at - a.at);
  let freeUntil = Number.POSITIVE_INFINITY;
  for (const entry of shown) {
    const text = entry.count > 1 ? `${entry.title} ×${entry.count}` : entry.title;
    const width = text.length * CHAR_PX + 14;
    const x = Math.max(Math.min(xOf(scale, entry.at), scale.right) - width, scale.left);
    if (x + width > freeUntil) continue;
    pills.push({ id: entry.id, x, width, text });
    freeUntil = x - 4;
  }
  return pills;
}

export function EventLane({
  entries,
  scale,
  now,
}: {
  entries: readonly Entry[];
  scale: TimeScale;
  now: number;
}) {
  return (
    <>
      {eventPills(entries, scale, now).map(({ id, x, width, text }) => (
        <g key={id}>
          <rect x={x} y="8.5" width={width} height="16" rx="2" className="r-pill" />
          <text x={x + width / 2} y="20" textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
    </>
  );
}

export function ActionLane({
  entries,
  scale,
  now,
}: {
  entries: readonly Entry[];
  scale: TimeScale;
  now: number;
}) {
  const shown = entries.filter(
    (entry) => entry.source === 'action' && entry.at >= scale.fromAt && entry.at <= now,
  );
  return (
    <>
      {shown.map((entry) => (
        <g key={entry.id}>
          <rect x={xOf(scale, entry.at) - 4} y="12" width="8" height="8" className="r-ink" />
          <text x={xOf(scale, entry.at) + 9} y="20">
            {entry.title}
            {entry.detail === undefined ? '' : `: ${entry.detail}`}
          </text>
        </g>
      ))}
    </>
  );
}

export function ProbeLane({ at, scale, now }: { at: readonly number[]; scale: TimeScale; now: number }) {
  const xs = at.filter((time) => time >= scale.fromAt && time <= now).map((time) => xOf(scale, time));
  return <path className="m-probe" d={xs.map((x) => triangle(x, 19)).join('')} />;
}
