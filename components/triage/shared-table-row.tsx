'use client';
import Link from 'next/link';
import { memo } from 'react';
import { PodMarks } from '#components/cluster/pod-marks.tsx';
import { SeverityMark, standingOf } from '#components/cluster/severity-mark.tsx';
import { Age } from '#components/live/age.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { NextCell } from '#components/live/next-countdown.tsx';
import { RhythmStrip } from '#components/timeline/rhythm-strip.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { pageHref } from '#lib/client/hrefs.ts';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import type { TriageLine } from './fold-rows.ts';

type Line = Extract<TriageLine, { kind: 'shared' }>;
type Props = {
  line: Line;
  rowIndex: number;
  selected: boolean;
  onSelect: (id: string) => void;
  onFold: (id: string) => void;
};

const CELL = 'table-cell-row bg-surface-2 group-hover:bg-hover group-aria-[current=true]:bg-selected';

const sum = (rows: Line['rows'], of: (row: IncidentRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Of all attempts the one that comes first; where none is timed, what the first row says. */
const soonest = (rows: Line['rows']): IncidentRow['next'] => {
  const timed = rows.flatMap(({ next }) => (next && next.kind !== 'untimed' ? [next] : []));
  return timed.toSorted((a, b) => a.earlyAt - b.earlyAt)[0] ?? rows[0].next;
};

/** "9 workloads"; of those a filter lets through, "2 of 9 workloads". */
const extent = ({ cause, rows }: Line): string => {
  const all = cause.members.length;
  const of = rows.length < all ? `${rows.length} of ${all}` : String(cause.workloads);
  return `${of} ${all === 1 ? 'workload' : 'workloads'}`;
};

function Triangle({ unfolded }: { unfolded: boolean }) {
  return (
    <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true" className="shrink-0 fill-ink-2">
      <path d={unfolded ? 'M0 2h9L4.5 8z' : 'M2 0v9l6-4.5z'} />
    </svg>
  );
}

/** One line for what several workloads have in common; its name folds and unfolds them. */
export const SharedTableRow = memo(function SharedTableRow({
  line,
  rowIndex,
  selected,
  onSelect,
  onFold,
}: Props) {
  const cluster = useCluster();
  const { cause, rows, unfolded, id } = line;
  const { namespaces } = cause;
  // kubectl's short name: the column is for names, and the panel has them all.
  const place = namespaces.length === 1 ? `in ${namespaces[0] ?? ''}` : `in ${namespaces.length} ns`;
  return (
    <tr
      aria-rowindex={rowIndex}
      aria-current={selected ? 'true' : undefined}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a')) return;
        onSelect(id);
      }}
      className="group cursor-default"
    >
      <td
        className={`${CELL} overflow-visible! pr-0 pl-4! group-aria-[current=true]:shadow-[inset_3px_0_var(--focus),inset_0_-1px_var(--line)]`}
      >
        <SeverityMark standing={standingOf(cause)} />
      </td>
      <td className={`${CELL} tnum text-ink-2`}>
        <Age at={cause.recoveredAt ?? cause.sinceAt} />
      </td>
      <td className={CELL}>
        <Link
          href={pageHref('/', cluster, { row: id })}
          prefetch={false}
          data-row-link={id}
          aria-expanded={unfolded}
          aria-label={`${extent(line)} ${place}: ${cause.cause}`}
          onClick={(event) => {
            // With a modifier it is a link like any other: the line in a tab of its own.
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onFold(id);
          }}
          className="inline-flex max-w-full items-center gap-1.5 -outline-offset-1"
        >
          <Triangle unfolded={unfolded} />
          <span className="font-medium">{extent(line)}</span>{' '}
          <ForeignText text={place} className="truncate text-12 text-ink-3" />
        </Link>
      </td>
      <td className={CELL} title={cause.sentence}>
        <ForeignText text={cause.cause} className="font-medium" />
      </td>
      <td className={CELL}>
        <PodMarks
          ready={sum(rows, ({ ready }) => ready)}
          desired={sum(rows, ({ desired }) => desired)}
          pods={rows.flatMap(({ pods }) => pods)}
        />
      </td>
      <td className={`${CELL} overflow-visible! px-0!`}>
        <RhythmStrip row={rows[0]} />
      </td>
      <td className={`${CELL} tnum text-12`}>
        {cause.state === 'open' && <NextCell next={soonest(rows)} />}
      </td>
      <td className={`${CELL} max-[999px]:hidden`} />
    </tr>
  );
});
