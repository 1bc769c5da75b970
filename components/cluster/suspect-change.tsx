import { ClockTime } from '#components/live/clock-time.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { Section } from '#components/ui/section.tsx';
import type { IncidentView } from '#lib/contract/incident-view.ts';
import { FieldDiff } from './field-diff.tsx';
import { LastGoodBadge } from './last-good-badge.tsx';

type Change = NonNullable<IncidentView['suspectChange']>;

/** What differs between the last good revision and this one. */
export function SuspectChange({ change }: { change: Change }) {
  return (
    <Section
      title="What changed"
      note={
        <span className="inline-flex items-center gap-1 whitespace-nowrap">
          rev {change.fromRevision} {change.lastGood && <LastGoodBadge standing={change.lastGood} />} to{' '}
          {change.toRevision}
        </span>
      }
      aside={
        <span className="max-w-36 truncate whitespace-nowrap" title={change.changeCause}>
          {change.at !== undefined && <ClockTime at={change.at} />}
          {change.changeCause !== undefined && (
            <>
              {' '}
              <ForeignText text={change.changeCause} />
            </>
          )}
        </span>
      }
    >
      <FieldDiff fields={change.fields} label={`Revision ${change.fromRevision} to ${change.toRevision}`} />
    </Section>
  );
}
