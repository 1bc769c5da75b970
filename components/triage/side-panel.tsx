'use client';
import Link from 'next/link';
import { lazy, Suspense, useDeferredValue, useEffect } from 'react';
import { SeverityMark, standingOf } from '#components/cluster/severity-mark.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { NamespaceName, qualifiedName } from '#components/ui/namespace-name.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import { useIncident } from '#lib/client/queries.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { ClosePanel } from './close-panel.tsx';
import { PanelFrame } from './panel-frame.tsx';

const load = () => import('./incident-details.tsx');
const IncidentDetails = lazy(() => load().then((module) => ({ default: module.IncidentDetails })));

function PanelHead({ row }: { row: IncidentRow }) {
  const cluster = useCluster();
  return (
    <div className="flex items-center gap-2.5 px-4 pt-3 text-12">
      <SeverityMark standing={standingOf(row)} />
      <span className="text-ink-3">
        {row.recoveredAt === undefined ? 'since ' : 'recovered '}
        <ClockTime at={row.recoveredAt ?? row.sinceAt} />
      </span>
      <Link
        href={incidentHref(cluster, row.id)}
        prefetch={false}
        className="ml-auto min-w-0 truncate text-link hover:underline"
        aria-label={`Open incident ${qualifiedName(row.workload)}`}
      >
        <NamespaceName namespace={row.workload.namespace} name={row.workload.name} />
      </Link>
      <ClosePanel />
    </div>
  );
}

function PanelSkeleton({ row }: { row: IncidentRow }) {
  return (
    <div className="px-4 pt-2" role="status" aria-label="Loading the diagnosis">
      <h2 className="text-18 font-semibold">
        <ForeignText text={row.cause} />
      </h2>
      <svg width="100%" height="120" aria-hidden="true" className="mt-4">
        {[0, 1, 2, 3, 4].map((line) => (
          <rect key={line} y={line * 24} width={320 - line * 34} height="8" rx="2" className="fill-line" />
        ))}
      </svg>
    </div>
  );
}

/**
 * Stepping through rows marks each at once, and takes the panel of the one before with its keys away; what is known
 * of the new one is drawn when there is time.
 */
function DeferredDetails({ row, view }: { row: IncidentRow; view: IncidentView }) {
  const shown = useDeferredValue<IncidentView | undefined>(view, undefined);
  const skeleton = <PanelSkeleton row={row} />;
  return shown ? (
    <Suspense fallback={skeleton}>
      <IncidentDetails view={shown} />
    </Suspense>
  ) : (
    skeleton
  );
}

/** Cause, proof, change and cure of the selected row. */
export function SidePanel({ row, chosen }: { row: IncidentRow; chosen: boolean }) {
  const query = useIncident(useCluster(), row.id);
  useEffect(() => {
    // While the diagnosis is asked for, not after it; a failure is told where the code is needed.
    load().catch(() => undefined);
  }, []);
  return (
    <PanelFrame label={qualifiedName(row.workload)} chosen={chosen}>
      <PanelHead row={row} />
      <Loaded query={query} skeleton={<PanelSkeleton row={row} />}>
        {(view) => <DeferredDetails row={row} view={view} />}
      </Loaded>
    </PanelFrame>
  );
}
