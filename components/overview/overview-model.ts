import type { Overview } from '#lib/contract/overview.ts';
import { clockTime } from '#components/live/clock-time.tsx';

export type Point = { readonly at: number; readonly value: number };
export type Bar = {
  readonly name: string;
  readonly incidents: number;
  readonly pods: number;
  readonly label: string;
};

const byWeight = (a: Overview['byCause'][number], b: Overview['byCause'][number]): number =>
  b.incidents - a.incidents || b.pods - a.pods || a.title.localeCompare(b.title);

const MAX_BARS = 6;
/** The folded rest: always last, always grey. */
export const OTHER = 'Other';
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** The last sample holds until now. */
export function unhealthyPoints(overview: Pick<Overview, 'samples' | 'serverNow'>): Point[] {
  const points = overview.samples.map(({ at, unhealthyPods }) => ({ at, value: unhealthyPods }));
  const last = points.at(-1);
  return last && last.at < overview.serverNow
    ? [...points, { at: overview.serverNow, value: last.value }]
    : points;
}

/** The most frequent causes; the rest folds into "Other", which always comes last. */
export function causeBars(byCause: Overview['byCause']): Bar[] {
  const sorted = byCause.toSorted(byWeight);
  const shown = sorted.length > MAX_BARS ? sorted.slice(0, MAX_BARS - 1) : sorted;
  const rest = sorted.slice(shown.length);
  const sum = (key: 'incidents' | 'pods') => rest.reduce((total, cause) => total + cause[key], 0);
  const all = [
    ...shown.map(({ title, incidents, pods }) => ({ name: title, incidents, pods })),
    ...(rest.length > 0 ? [{ name: OTHER, incidents: sum('incidents'), pods: sum('pods') }] : []),
  ];
  return all.map((bar) => ({ ...bar, label: `${bar.incidents}, ${plural(bar.pods, 'pod')}` }));
}

/** One sentence that states the finding. */
export function unhealthySentence(points: readonly Point[], zone?: string): string {
  const last = points.at(-1);
  if (!last) return 'No sample was taken yet.';
  const peak = points.reduce((best, point) => (point.value > best.value ? point : best), last);
  if (peak.value === 0) return 'No pod was unhealthy since recording began.';
  if (peak.value === last.value)
    return `${plural(last.value, 'pod')} unhealthy now, the most since recording began.`;
  return `${plural(last.value, 'pod')} unhealthy now; the most were ${peak.value} at ${clockTime(peak.at, 'minute', zone)}.`;
}

export function causeSentence(byCause: Overview['byCause']): string {
  const total = byCause.reduce((sum, { incidents }) => sum + incidents, 0);
  const [first] = byCause.toSorted(byWeight);
  if (!first || total === 0) return 'No incident is open.';
  return `${first.title}: ${first.incidents} of ${plural(total, 'incident')}, ${plural(first.pods, 'pod')}.`;
}
