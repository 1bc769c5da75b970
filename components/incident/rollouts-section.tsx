'use client';
import { useState } from 'react';
import { useOpenAction } from '#components/actions/action-dialog-host.tsx';
import { refusalsOf, requestFor } from '#components/actions/action-request.ts';
import { FieldDiff } from '#components/cluster/field-diff.tsx';
import { LastGoodBadge } from '#components/cluster/last-good-badge.tsx';
import { Age } from '#components/live/age.tsx';
import { Button } from '#components/ui/button.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import { shortAge } from '#lib/client/durations.ts';
import type { IncidentView, RevisionView } from '#lib/contract/incident-view.ts';

const shortImage = (image: string): string => image.split('/').at(-1) ?? image;

function Detail({ view, revision }: { view: IncidentView; revision: RevisionView }) {
  const open = useOpenAction();
  const refusals = refusalsOf(view.row.workload, revision.rollback);
  const request = requestFor(view, revision.rollback);
  return (
    <div className="pt-1 pb-2">
      <p className="text-12 text-ink-2">
        {revision.kind} <code>{revision.name}</code>, {revision.ready} of {revision.desired} ready
        {revision.fullyAvailableMs !== undefined &&
          `, fully available for ${shortAge(revision.fullyAvailableMs)}`}
        {revision.changeCause !== undefined && (
          <>
            , <ForeignText text={revision.changeCause} />
          </>
        )}
      </p>
      {!revision.isCurrent && (
        <div className="mt-1">
          <FieldDiff
            fields={revision.diffToCurrent}
            label={`Revision ${revision.number} to the current one`}
          />
        </div>
      )}
      <Button
        size="small"
        className="mt-1.5"
        disabled={refusals.length > 0}
        onClick={() => request && open(request)}
      >
        {revision.rollback.label}
      </Button>
      {refusals.map((sentence) => (
        <p key={sentence} className="mt-1 text-12 text-ink-2">
          {sentence}
        </p>
      ))}
    </div>
  );
}

/** Of what was rolled back to, the time at which it was made is not the time since when it runs. */
function RolledOut({ revision }: { revision: RevisionView }) {
  const { rolledOutAt, createdAt, wasReturnedTo } = revision;
  if (rolledOutAt === undefined && wasReturnedTo) return <span className="text-ink-3">not known when</span>;
  return <Age at={rolledOutAt ?? createdAt} />;
}

function RevisionLine({
  view,
  revision,
  expanded,
  onToggle,
}: {
  view: IncidentView;
  revision: RevisionView;
  expanded: boolean;
  onToggle: () => void;
}) {
  return (
    <li className="border-b border-line last:border-0">
      <button
        type="button"
        aria-expanded={expanded}
        onClick={onToggle}
        className="tnum flex h-[26px] w-full items-center gap-2 text-left -outline-offset-2 hover:bg-hover"
      >
        <b className="w-8">{revision.number}</b>
        <span className="min-w-0 truncate" title={revision.images.join(', ')}>
          <ForeignText text={revision.images.map(shortImage).join(', ')} />
        </span>
        {revision.isCurrent && <span className="text-11 text-ink-3">current</span>}
        {revision.lastGood && <LastGoodBadge standing={revision.lastGood} />}
        <span className="ml-auto text-12 whitespace-nowrap text-ink-2">
          <RolledOut revision={revision} />
        </span>
        <span className="w-20 text-right text-12 whitespace-nowrap text-ink-2">
          {revision.restarts} restarts
        </span>
      </button>
      {expanded && <Detail view={view} revision={revision} />}
    </li>
  );
}

/** Every revision with its difference to the current one, and the way back to it. */
export function RolloutsSection({ view }: { view: IncidentView }) {
  const [expanded, setExpanded] = useState<number>();
  return (
    <Section
      title="Rollouts"
      aside={view.revisions.length > 0 ? 'open one for its diff to the current' : undefined}
    >
      {view.historyGap && (
        <p className="text-ink-2">
          {view.historyGap.what} could not be read; it takes permission to {view.historyGap.permission}.
        </p>
      )}
      {view.revisions.length === 0 && !view.historyGap && (
        <p className="text-ink-3">There is no history of its templates.</p>
      )}
      <ol>
        {view.revisions.map((revision) => (
          <RevisionLine
            key={revision.number}
            view={view}
            revision={revision}
            expanded={expanded === revision.number}
            onToggle={() => setExpanded(expanded === revision.number ? undefined : revision.number)}
          />
        ))}
      </ol>
    </Section>
  );
}
