'use client';
import { ClockTime } from '#components/live/clock-time.tsx';
import { ResetCell, useCountdown } from '#components/live/next-countdown.tsx';
import type { Next } from '#components/live/next-countdown.tsx';
import { AttemptWindow } from '#components/timeline/attempt-window.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import { goDuration } from '#lib/client/durations.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';

type Timed = Extract<Next, { kind: 'timed' }>;
type Scheduled = Extract<Next, { kind: 'scheduled' }>;

const SOURCE: Record<Timed['source'], string> = {
  message: 'from the message',
  events: 'from events',
  estimated: 'estimated',
};

function TimedAttempt({ next }: { next: Timed }) {
  const remaining = useCountdown(next);
  return (
    <Section
      title="Next attempt"
      aside={
        <span className="whitespace-nowrap">
          <ClockTime at={next.earlyAt} /> to <ClockTime at={next.lateAt} />, {SOURCE[next.source]}
        </span>
      }
    >
      <div className="dims flex items-center gap-4" role="timer" aria-label={`Next ${next.what}`}>
        <span
          className={`shrink-0 font-semibold tracking-tight ${remaining.includes(' ') ? 'text-15' : 'text-24'}`}
        >
          {remaining}
        </span>
        <AttemptWindow next={next} />
      </div>
      <p className="text-12 text-ink-2">
        Back-off {goDuration(next.delayMs)}, {next.what} #{next.attempt}. Without a change it fails again.
      </p>
    </Section>
  );
}

function ScheduledRun({ next }: { next: Scheduled }) {
  const remaining = useCountdown(next);
  return (
    <Section title="Next run" aside={<ClockTime at={next.earlyAt} />}>
      <p
        className={`dims font-semibold tracking-tight ${remaining.includes(' ') ? 'text-15' : 'text-24'}`}
        role="timer"
        aria-label="Next run"
      >
        {remaining}
      </p>
      <p className="text-12 text-ink-2">
        <code>
          <ForeignText text={next.schedule} />
        </code>{' '}
        in <ForeignText text={next.timeZone} />
        {next.isZoneAssumed && ', if the controller’s clock is in UTC'}.
      </p>
    </Section>
  );
}

/** When Kubernetes tries again, or why there is no clock. */
export function NextAttempt({ row }: { row: IncidentRow }) {
  if (row.state === 'recovered') {
    return (
      <Section title="Back-off">
        {row.resetAt === undefined ? (
          <p className="text-ink-3">No clock runs.</p>
        ) : (
          <ResetCell resetAt={row.resetAt} />
        )}
      </Section>
    );
  }
  if (!row.next) return null;
  if (row.next.kind === 'timed') return <TimedAttempt next={row.next} />;
  if (row.next.kind === 'scheduled') return <ScheduledRun next={row.next} />;
  return (
    <Section title="Next attempt">
      <p>
        <ForeignText text={row.next.text} />
      </p>
    </Section>
  );
}
