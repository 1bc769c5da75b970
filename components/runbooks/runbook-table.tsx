import Link from 'next/link';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { runbookHref } from '#lib/client/hrefs.ts';
import type { RunbookSummary } from '#lib/contract/runbooks.ts';
import { FAMILY_WORDS } from './family-words.ts';

const CELL = 'h-(--row-h) truncate px-1.5 shadow-[inset_0_-1px_var(--line)]';

function Row({
  runbook,
  cluster,
  isSelected,
}: {
  runbook: RunbookSummary;
  cluster: string;
  isSelected: boolean;
}) {
  const { id, title, brief, family, origin } = runbook;
  return (
    <tr aria-selected={isSelected} className="hover:bg-hover aria-selected:bg-selected">
      <td className={`${CELL} pl-4`}>
        <Link
          href={runbookHref(cluster, id)}
          prefetch={false}
          data-runbook={id}
          className="font-medium hover:underline"
        >
          <ForeignText text={title} />
        </Link>
        {origin !== 'built-in' && (
          <span className="ml-2 rounded-1 border border-control px-1 text-11 text-ink-2">
            {origin === 'team' ? 'team' : 'team, replaces ours'}
          </span>
        )}
      </td>
      <td className={`${CELL} text-ink-2 max-[1199px]:hidden`} title={brief}>
        <ForeignText text={brief} />
      </td>
      <td className={`${CELL} text-ink-2`}>{FAMILY_WORDS[family]}</td>
      <td className={`${CELL} mono pr-4 text-12 text-ink-3`} title={id}>
        {id}
      </td>
    </tr>
  );
}

type Props = { runbooks: readonly RunbookSummary[]; cluster: string; selectedId: string | undefined };

export function RunbookTable({ runbooks, cluster, selectedId }: Props) {
  return (
    <table role="grid" aria-label="Runbooks" className="w-full table-fixed border-separate border-spacing-0">
      <thead className="sticky top-0">
        <tr>
          <th scope="col" className="table-head w-[34%] pl-4! max-[1199px]:w-[50%]">
            Cause
          </th>
          <th scope="col" className="table-head max-[1199px]:hidden">
            First symptom
          </th>
          <th scope="col" className="table-head w-[150px]">
            Family
          </th>
          <th scope="col" className="table-head w-[270px]">
            Id
          </th>
        </tr>
      </thead>
      <tbody>
        {runbooks.map((runbook) => (
          <Row key={runbook.id} runbook={runbook} cluster={cluster} isSelected={runbook.id === selectedId} />
        ))}
      </tbody>
    </table>
  );
}
