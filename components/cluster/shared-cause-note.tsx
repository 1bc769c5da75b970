'use client';
import Link from 'next/link';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import { useIncidents } from '#lib/client/queries.ts';

/** That an incident is one of several with one cause, and the way there; nothing for one that is alone. */
export function SharedCauseNote({ incidentId }: { incidentId: string }) {
  const cluster = useCluster();
  const { data } = useIncidents(cluster);
  const cause = data?.shared?.find(({ members }) => members.includes(incidentId));
  if (!cause) return null;
  return (
    <span className="text-ink-2">
      One of {cause.workloads} workloads:{' '}
      <Link
        href={pageHref('/', cluster, { row: cause.id })}
        prefetch={false}
        className="text-link hover:underline"
      >
        <ForeignText text={cause.cause} />
      </Link>
    </span>
  );
}
