'use client';
import Link from 'next/link';
import { useDeferredValue } from 'react';
import { ActionButtons } from '#components/actions/action-buttons.tsx';
import { CertaintyBars } from '#components/cluster/certainty-bars.tsx';
import { rawBeside } from '#components/cluster/evidence-text.ts';
import { EvidenceList } from '#components/cluster/evidence-list.tsx';
import { NextAttempt } from '#components/cluster/next-attempt.tsx';
import { RawMessage } from '#components/cluster/raw-message.tsx';
import { KeyedRunbookLink } from '#components/cluster/runbook-link.tsx';
import { SeverityMark, standingOf } from '#components/cluster/severity-mark.tsx';
import { SharedCauseNote } from '#components/cluster/shared-cause-note.tsx';
import { SuspectChange } from '#components/cluster/suspect-change.tsx';
import { TailSection } from '#components/cluster/tail-section.tsx';
import { ClockTime } from '#components/live/clock-time.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Loaded } from '#components/ui/loaded.tsx';
import { NamespaceName, qualifiedName } from '#components/ui/namespace-name.tsx';
import { Section } from '#components/ui/section.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import { useIncident } from '#lib/client/queries.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { useTriageUrl } from './use-triage-url.ts';

function PanelHead({ row }: { row: IncidentRow }) {
  const cluster = useCluster();
  const [, setUrl] = useTriageUrl();
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
      <span className="hidden max-[1199px]:inline-flex">
        <Button kind="quiet" size="small" hotkey="Space" onClick={() => void setUrl({ panel: 'closed' })}>
          Close
        </Button>
      </span>
    </div>
  );
}

function Cause({ view }: { view: IncidentView }) {
  const { finding } = view;
  const raw = rawBeside(finding);
  return (
    <div className="border-b border-line px-4 pt-2 pb-2.5">
      <h2 className="text-18 font-semibold tracking-[-0.01em] [overflow-wrap:anywhere]">
        <ForeignText text={finding.sentence} />
      </h2>
      {raw !== undefined && <RawMessage text={raw} brief />}
      <div className="mt-2 flex flex-wrap items-center gap-x-2.5 text-12">
        <CertaintyBars certainty={finding.certainty} />
        <SharedCauseNote incidentId={view.row.id} />
        {view.impact !== undefined && (
          <span className="text-ink-3">
            <ForeignText text={view.impact} />
          </span>
        )}
      </div>
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
  return shown ? <Details view={shown} /> : <PanelSkeleton row={row} />;
}

function Details({ view }: { view: IncidentView }) {
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="group" aria-label="Diagnosis">
        <Cause view={view} />
        <Section
          title="Proof"
          aside={<KeyedRunbookLink causeId={view.finding.causeId} incidentId={view.row.id} />}
        >
          <EvidenceList
            evidence={view.finding.evidence}
            brief
            shown={{ raw: rawBeside(view.finding), change: view.suspectChange }}
          />
        </Section>
        {view.logTail && <TailSection tail={view.logTail} incidentId={view.row.id} />}
        {view.suspectChange && <SuspectChange change={view.suspectChange} />}
        <NextAttempt row={view.row} />
      </div>
      <ActionButtons view={view} />
    </>
  );
}

/**
 * Cause, proof, change and cure of the selected row; fixed width, own scroll. On a narrow screen it lies over the
 * list, so there it waits until a row was `chosen`.
 */
export function SidePanel({ row, chosen }: { row: IncidentRow; chosen: boolean }) {
  const query = useIncident(useCluster(), row.id);
  return (
    <aside
      aria-label={qualifiedName(row.workload)}
      className={`flex w-(--panel-w) max-w-full shrink-0 flex-col border-l border-line-strong bg-surface max-[1199px]:absolute max-[1199px]:inset-y-0 max-[1199px]:right-0 max-[1199px]:z-20 ${chosen ? '' : 'max-[1199px]:hidden'}`}
    >
      <PanelHead row={row} />
      <Loaded query={query} skeleton={<PanelSkeleton row={row} />}>
        {(view) => <DeferredDetails row={row} view={view} />}
      </Loaded>
    </aside>
  );
}
