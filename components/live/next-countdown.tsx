'use client';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { countdown, goDuration } from '#lib/client/durations.ts';
import { useLive } from './live-provider.tsx';
import { useNow } from './now-provider.tsx';

export type Next = NonNullable<IncidentRow['next']>;
type Timed = Extract<Next, { kind: 'timed' }>;
type Scheduled = Extract<Next, { kind: 'scheduled' }>;
type Window = Pick<Timed, 'earlyAt' | 'lateAt'>;

/** Never earlier than the window opens; inside it nobody knows the second; after it the attempt is due. */
export function untilAttempt(next: Window, now: number): string {
  if (now < next.earlyAt) return countdown(next.earlyAt - now);
  return now <= next.lateAt ? 'any second' : 'due now';
}

export function useCountdown(next: Window): string {
  const now = useNow();
  const { stale } = useLive();
  return stale ? '?' : untilAttempt(next, now);
}

/** The table cell: "4:03 of 5m0s #8", or why there is no clock. */
export function NextCell({ next }: { next: Next | undefined }) {
  if (!next) return <span className="text-ink-3">nothing due</span>;
  if (next.kind === 'untimed')
    return (
      <span className="text-ink-3" title={next.text}>
        {next.text}
      </span>
    );
  return next.kind === 'timed' ? <TimedCell next={next} /> : <ScheduledCell next={next} />;
}

function TimedCell({ next }: { next: Timed }) {
  const remaining = useCountdown(next);
  return (
    <span title={`${next.what} #${next.attempt}, back-off ${goDuration(next.delayMs)}`}>
      <b className="tnum text-13">{remaining}</b>{' '}
      <span className="text-ink-3">
        {/^\d/.test(remaining) && `of ${goDuration(next.delayMs)} `}#{next.attempt}
      </span>
    </span>
  );
}

function ScheduledCell({ next }: { next: Scheduled }) {
  const remaining = useCountdown(next);
  return (
    <span title={`next run: ${next.schedule} in ${next.timeZone}`}>
      <b className="tnum text-13">{remaining}</b> <span className="text-ink-3">by schedule</span>
    </span>
  );
}

/** Recovered incidents: when the kubelet forgets the back-off. */
export function ResetCell({ resetAt }: { resetAt: number }) {
  const now = useNow();
  const { stale } = useLive();
  if (now >= resetAt) return <span className="text-ok">back-off reset</span>;
  return (
    <span className="text-ok">
      reset in <b>{stale ? '?' : countdown(resetAt - now)}</b>
    </span>
  );
}
