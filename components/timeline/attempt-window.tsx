'use client';
import { useNow } from '#components/live/now-provider.tsx';
import type { Next } from '#components/live/next-countdown.tsx';
import { crashStroke, diamond } from './marks.ts';
import { spanOf, xOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

const WIDTH = 282;

/** From the last end over the back-off to the window of the next attempt. */
export function AttemptWindow({ next }: { next: Extract<Next, { kind: 'timed' }> }) {
  const now = useNow();
  const endedAt = next.earlyAt - next.delayMs;
  const scale: TimeScale = { fromAt: endedAt, toAt: Math.max(next.lateAt, now), left: 3, right: WIDTH - 2 };
  const waited = spanOf(scale, endedAt, Math.min(now, next.earlyAt));
  const window = spanOf(scale, next.earlyAt, next.lateAt, 4);
  return (
    <svg width={WIDTH} height="24" viewBox={`0 0 ${WIDTH} 24`} aria-hidden="true" className="min-w-0 shrink">
      <path className="base" d={`M0 20.5H${WIDTH}`} />
      {waited && <rect className="s-backoff" x={waited.x} y="8" width={waited.width} height="8" />}
      {window && <rect className="s-next" x={window.x} y="6.5" width={window.width} height="11" />}
      {next.what === 'restart' ? (
        <path className="m-crash" d={crashStroke(3, 12, 7) + diamond(3, 2, 3)} />
      ) : (
        <path className="m-pull" d="M1 3l4 4M5 3l-4 4M3 9v10" />
      )}
      <path className="s-now" d={`M${xOf(scale, now).toFixed(1)} 2v20`} />
    </svg>
  );
}
