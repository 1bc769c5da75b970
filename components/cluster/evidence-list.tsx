import { ForeignText } from '#components/ui/foreign-text.tsx';
import { evidenceText, type Shown } from './evidence-text.ts';
import type { FindingView } from '#lib/contract/incident-view.ts';

type Evidence = FindingView['evidence'][number];

const SOURCE: Record<Evidence['kind'], string> = {
  field: 'field',
  event: 'event',
  log: 'log',
  object: 'object',
  diff: 'diff',
};

/** The last part of a field path is enough to find it, the whole is in the title; an Event's uid tells nobody anything. */
const sourceOf = ({ kind, path }: Evidence): string =>
  kind === 'event' || path === undefined ? SOURCE[kind] : (path.split('.').at(-1) ?? path);

/** What proves the cause: one line each, with the field or event it was read from. */
export function EvidenceList({
  evidence,
  brief = false,
  shown = {},
}: {
  evidence: readonly Evidence[];
  brief?: boolean;
  /** What the reader has before the eyes already. */
  shown?: Shown;
}) {
  if (evidence.length === 0) return <p className="text-ink-3">No field or event proves a cause.</p>;
  return (
    <ul className="dims mt-0.5">
      {evidence.map((item, index) => (
        <li key={index} className="flex min-h-[22px] items-baseline gap-2.5">
          <span aria-hidden="true" className="size-[5px] shrink-0 -translate-y-[2px] bg-ink-3" />
          <ForeignText
            text={evidenceText(item, shown)}
            className={`min-w-0 [overflow-wrap:anywhere] ${brief ? 'line-clamp-2' : ''}`}
          />
          <span title={item.path} className="mono ml-auto max-w-[40%] shrink-0 truncate text-11 text-ink-3">
            {sourceOf(item)}
          </span>
        </li>
      ))}
    </ul>
  );
}
