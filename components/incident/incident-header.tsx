'use client';
import Link from 'next/link';
import { CertaintyBars } from '#components/cluster/certainty-bars.tsx';
import { PodMarks } from '#components/cluster/pod-marks.tsx';
import { SharedCauseNote } from '#components/cluster/shared-cause-note.tsx';
import { SeverityShape, standingOf, standingWord } from '#components/cluster/severity-mark.tsx';
import { Age } from '#components/live/age.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { NextCell, ResetCell } from '#components/live/next-countdown.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { NamespaceName } from '#components/ui/namespace-name.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';

function Next({ row }: { row: IncidentView['row'] }) {
  if (row.state === 'open') return <NextCell next={row.next} />;
  return row.resetAt === undefined ? <>no clock runs</> : <ResetCell resetAt={row.resetAt} />;
}

function Restarts({ count }: { count: number }) {
  return (
    <>
      <b className="text-ink">{count}</b> restarts,
    </>
  );
}

function NodeFacts({ node }: { node: NonNullable<IncidentView['nodes']>[number] }) {
  return (
    <>
      <b className="text-ink">{node.podCount}</b> {node.podCount === 1 ? 'pod' : 'pods'} on it
      {node.cordoned && ', cordoned'},
    </>
  );
}

function Facts({ view }: { view: IncidentView }) {
  const { row } = view;
  const since = row.recoveredAt ?? row.sinceAt;
  const node = row.workload.kind === 'Node' ? view.nodes?.[0] : undefined;
  return (
    <div className="dims mt-1 flex flex-wrap items-center gap-x-5 pl-7 text-ink-2">
      <span className="font-medium text-ink">{standingWord(standingOf(row))}</span>
      <span>
        {row.recoveredAt === undefined ? 'since ' : 'recovered '}
        <b className="text-ink">
          <ClockTime at={since} />
        </b>
        , <Age at={since} />
      </span>
      {!node && (
        <span className="inline-flex items-center gap-1.5">
          <PodMarks ready={row.ready} desired={row.desired} pods={row.pods} /> ready
        </span>
      )}
      {view.impact !== undefined && <ForeignText text={view.impact} />}
      <span>
        {node ? <NodeFacts node={node} /> : <Restarts count={row.restarts} />}{' '}
        <ForeignText text={row.reason} />
      </span>
      <span>
        next attempt{row.next?.kind === 'untimed' ? ':' : ''} <Next row={row} />
      </span>
      <SharedCauseNote incidentId={row.id} />
      {view.managedBy !== undefined && (
        <span>
          managed by <ForeignText text={view.managedBy} className="font-medium text-ink" />
        </span>
      )}
    </div>
  );
}

/** Severity, workload, cause, since when, who suffers. */
export function IncidentHeader({ view }: { view: IncidentView }) {
  const cluster = useCluster();
  const { workload } = view.row;
  return (
    <div className="shrink-0 border-b border-line-strong px-4 pt-1.5 pb-2.5">
      <div className="flex h-8 items-center gap-1.5">
        <Link href={pageHref('/', cluster, { row: view.row.id })} className="text-link hover:underline">
          Triage
        </Link>
        <span className="text-ink-3">/</span>
        <NamespaceName namespace={workload.namespace} name={workload.name} />
        <span className="text-ink-3">{workload.kind}</span>
        <span className="ml-auto">
          <CertaintyBars certainty={view.finding.certainty} />
        </span>
      </div>
      <div className="flex items-start gap-2.5">
        <span className="pt-1">
          <SeverityShape standing={standingOf(view.row)} size={18} />
        </span>
        <h1 className="text-18 font-semibold tracking-[-0.012em] [overflow-wrap:anywhere]">
          <ForeignText text={view.finding.sentence} />
        </h1>
      </div>
      <Facts view={view} />
    </div>
  );
}
