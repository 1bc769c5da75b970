import { rawBeside } from '#components/cluster/evidence-text.ts';
import { EvidenceList } from '#components/cluster/evidence-list.tsx';
import { FieldDiff } from '#components/cluster/field-diff.tsx';
import { CertaintyBars } from '#components/cluster/certainty-bars.tsx';
import { RawMessage } from '#components/cluster/raw-message.tsx';
import { RunbookLink } from '#components/cluster/runbook-link.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import type { FindingView, IncidentView } from '#lib/contract/incident-view.ts';

function Candidates({ finding, incidentId }: { finding: FindingView; incidentId: string }) {
  return (
    <>
      {finding.candidates.map((candidate) => (
        <p key={candidate.causeId} className="mt-1.5 text-12 text-ink-2">
          <b className="text-ink">Or</b> <ForeignText text={candidate.sentence} /> To tell them apart:{' '}
          <ForeignText text={candidate.check} />{' '}
          <RunbookLink causeId={candidate.causeId} incidentId={incidentId} />
        </p>
      ))}
      {finding.unchecked.map(({ what, permission }) => (
        <p key={what} className="mt-1.5 text-12 text-ink-2">
          <b className="text-ink">Not checked</b> <ForeignText text={what} />
          {permission !== undefined && (
            <>
              . Needs <code>{permission}</code>
            </>
          )}
        </p>
      ))}
    </>
  );
}

function OtherFinding({ finding, incidentId }: { finding: FindingView; incidentId: string }) {
  return (
    <details className="mt-2 text-12">
      <summary>
        {finding.container !== undefined && <b>{finding.container}: </b>}
        <ForeignText text={finding.sentence} />
      </summary>
      {finding.raw !== undefined && <RawMessage text={finding.raw} />}
      <EvidenceList evidence={finding.evidence} shown={{ raw: finding.raw }} />
      <RunbookLink causeId={finding.causeId} incidentId={incidentId} />
    </details>
  );
}

/** The cause with its proof, the change behind it, what else fits, and what nobody could look at. */
export function WhySection({ view }: { view: IncidentView }) {
  const { finding, suspectChange } = view;
  const raw = rawBeside(finding);
  return (
    <Section title="Why" aside={<CertaintyBars certainty={finding.certainty} />}>
      {raw !== undefined && <RawMessage text={raw} />}
      <EvidenceList evidence={finding.evidence} shown={{ raw, change: suspectChange }} />
      {suspectChange && (
        <div className="mt-1.5">
          <p className="mb-1 text-12 text-ink-3">
            Changed from revision {suspectChange.fromRevision} to {suspectChange.toRevision}
          </p>
          <FieldDiff
            fields={suspectChange.fields}
            label={`Revision ${suspectChange.fromRevision} to ${suspectChange.toRevision}`}
          />
        </div>
      )}
      <Candidates finding={finding} incidentId={view.row.id} />
      {view.otherFindings.map((other, index) => (
        <OtherFinding
          key={`${other.causeId} ${other.container ?? index}`}
          finding={other}
          incidentId={view.row.id}
        />
      ))}
    </Section>
  );
}
