'use client';
import Link from 'next/link';
import { useLive } from '#components/live/live-provider.tsx';
import { NamespaceName } from '#components/ui/namespace-name.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import { useIncidents } from '#lib/client/queries.ts';

const SHOWN = 8;

/** Where this cause is at work right now. Says nothing when it is nowhere: absence here proves nothing. */
export function OpenIncidents({ causeId }: { causeId: string }) {
  const { cluster, stale } = useLive();
  const { data } = useIncidents(cluster);
  const rows = (data?.incidents ?? []).filter((row) => row.state === 'open' && row.causeId === causeId);
  if (rows.length === 0) return null;
  return (
    <section aria-label="Open with this cause" className="mb-4 text-12" data-stale={stale}>
      <span className="mr-2 font-semibold text-ink-2">{stale ? 'Was open' : 'Open now'} with this cause</span>
      {rows.slice(0, SHOWN).map(({ id, workload }) => (
        <Link
          key={id}
          href={incidentHref(cluster, id)}
          prefetch={false}
          className="mr-3 text-link hover:underline"
        >
          <NamespaceName namespace={workload.namespace} name={workload.name} />
        </Link>
      ))}
      {rows.length > SHOWN && <span className="text-ink-3">and {rows.length - SHOWN} more</span>}
    </section>
  );
}
