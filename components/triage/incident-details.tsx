'use client';
import { ActionButtons } from '#components/actions/action-buttons.tsx';
import { CertaintyBars } from '#components/cluster/certainty-bars.tsx';
import { rawBeside } from '#components/cluster/evidence-text.ts';
import { EvidenceList } from '#components/cluster/evidence-list.tsx';
import { NextAttempt } from '#components/cluster/next-attempt.tsx';
import { RawMessage } from '#components/cluster/raw-message.tsx';
import { KeyedRunbookLink } from '#components/cluster/runbook-link.tsx';
import { SharedCauseNote } from '#components/cluster/shared-cause-note.tsx';
import { SuspectChange } from '#components/cluster/suspect-change.tsx';
import { TailSection } from '#components/cluster/tail-section.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import type { IncidentView } from '#lib/contract/incident-view.ts';

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

/** Why, proof, change and cure: what the panel says once it is known. */
export function IncidentDetails({ view }: { view: IncidentView }) {
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
