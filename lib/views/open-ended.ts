import type { Lane } from '#lib/contract/incident-view.ts';
import type { TimelineBar } from '#lib/model/timeline.ts';

/** A bar that reaches `now` has no end yet: the browser draws it up to its own now, and the view stays the same. */
export function openEnded(bars: readonly TimelineBar[], now: number): Lane['bars'] {
  return bars.map(({ toAt, ...bar }) => (toAt >= now ? bar : { ...bar, toAt }));
}
