import { ForeignText } from '#components/ui/foreign-text.tsx';
import type { FindingView } from '#lib/contract/incident-view.ts';

type Evidence = FindingView['evidence'][number];

const SOURCE: Record<Evidence['kind'], string> = {
  field: 'field',
  event: 'event',
  log: 'log',
  object: 'object',
  diff: 'diff',
};

/** The last part of a field path is enough to find it: the whole path is in the title. */
const pathEnd = (path: string): string => path.split('.').at(-1) ?? path;

/** What proves the cause: one line each, with the field or event it was read from. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }) {
  if (evidence.length === 0) return <p className="text-ink-3">No field or event proves a cause.</p>;
  return (
    <ul className="dims mt-0.5">
      {evidence.map((item, index) => (
        <li key={index} className="flex min-h-[22px] items-baseline gap-2.5">
          <span aria-hidden="true" className="size-[5px] shrink-0 -translate-y-[2px] bg-ink-3" />
          <ForeignText text={item.text} className="min-w-0 [overflow-wrap:anywhere]" />
          <span title={item.path} className="mono ml-auto max-w-[40%] shrink-0 truncate text-11 text-ink-3">
            {item.path === undefined ? SOURCE[item.kind] : pathEnd(item.path)}
          </span>
        </li>
      ))}
    </ul>
  );
}
