'use client';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { ActionDialogHost } from '#components/actions/action-dialog-host.tsx';
import { useLive } from '#components/live/live-provider.tsx';
import { useKeys } from '#components/ui/keymap-provider.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import { useIncident } from '#lib/client/queries.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { IncidentHeader } from './incident-header.tsx';
import { LogsSection } from './logs-section.tsx';
import { NodeSections } from './node-section.tsx';
import { PodsSection } from './pods-section.tsx';
import { RemediesSection } from './remedies-section.tsx';
import { RolloutsSection } from './rollouts-section.tsx';
import { TimelineSection } from './timeline-section.tsx';
import { WhySection } from './why-section.tsx';

function Gone({ cluster }: { cluster: string }) {
  return (
    <div className="px-4 py-6">
      <h1 className="text-18 font-semibold">No incident is open at this address.</h1>
      <p className="mt-1 text-ink-2">
        It recovered and left the list, its workload was deleted, or the link is not complete.{' '}
        <Link href={pageHref('/', cluster)} className="text-link hover:underline">
          Back to triage
        </Link>
      </p>
    </div>
  );
}

function Whole({ view }: { view: IncidentView }) {
  useKeys([], view.kubectl);
  return (
    <>
      <IncidentHeader view={view} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col overflow-y-auto">
          <TimelineSection view={view} />
          {view.nodes && <NodeSections nodes={view.nodes} name={view.row.workload.name} />}
          {/* A node has no log the API server could read. */}
          {view.row.workload.kind !== 'Node' && <LogsSection view={view} />}
        </div>
        <div
          role="group"
          tabIndex={0}
          aria-label="Diagnosis"
          className="w-[448px] shrink-0 overflow-y-auto border-l border-line-strong -outline-offset-2 max-[1199px]:w-[360px]"
        >
          <WhySection view={view} />
          <RemediesSection view={view} />
          {view.row.workload.kind !== 'Node' && <RolloutsSection view={view} />}
          <PodsSection pods={view.pods} />
        </div>
      </div>
    </>
  );
}

/** Everything about one incident: why, since when, what it printed, what changed, what undoes it. */
export function IncidentScreen({ id }: { id: string }) {
  const { cluster, stale } = useLive();
  const query = useIncident(cluster, id);
  const router = useRouter();
  useKeys([
    {
      keys: 'Escape',
      label: 'back to triage',
      footer: true,
      run: () => router.push(pageHref('/', cluster, { row: id })),
    },
  ]);
  const gone = query.data === undefined && query.error?.code === 'not_found';
  return (
    <ActionDialogHost>
      <div data-stale={stale} className="flex min-h-0 flex-1 flex-col">
        {gone ? (
          <Gone cluster={cluster} />
        ) : (
          <Loaded
            query={query}
            skeleton={
              <p role="status" className="px-4 py-3 text-ink-3">
                Loading the incident
              </p>
            }
          >
            {(view) => <Whole view={view} />}
          </Loaded>
        )}
      </div>
    </ActionDialogHost>
  );
}
