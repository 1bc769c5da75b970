'use client';
import Link from 'next/link';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { Section } from '#components/ui/section.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import type { LogTail } from '#lib/contract/incident-view.ts';
import { TailLines } from './tail-lines.tsx';

/** The last words of a crash say why; a container that still runs only shows that it does. */
const LAST_WORDS = 12;
const STILL_RUNNING = 3;

function whichRun(tail: LogTail) {
  const run =
    tail.crash === undefined ? (tail.previous ? 'previous run' : 'this run') : `crash #${tail.crash}`;
  return (
    <>
      {run}
      {tail.finishedAt !== undefined && (
        <>
          , <ClockTime at={tail.finishedAt} />
        </>
      )}
    </>
  );
}

/** Last lines of the run that matters, with the way to all of them. */
export function TailSection({ tail, incidentId }: { tail: LogTail; incidentId: string }) {
  const cluster = useCluster();
  const shown = {
    ...tail,
    lines: tail.lines.slice(tail.finishedAt === undefined ? -STILL_RUNNING : -LAST_WORDS),
  };
  return (
    <Section
      title="Last lines"
      note={whichRun(tail)}
      aside={
        <Link
          href={incidentHref(cluster, incidentId, { focus: 'logs' })}
          prefetch={false}
          className="inline-flex items-center gap-1.5 text-link hover:underline"
        >
          all logs <Kbd>l</Kbd>
        </Link>
      }
    >
      <TailLines tail={shown} />
    </Section>
  );
}
