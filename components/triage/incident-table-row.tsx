'use client';
import Link from 'next/link';
import { memo } from 'react';
import { resourceOf } from '#components/cluster/kubectl-get.ts';
import { PodMarks } from '#components/cluster/pod-marks.tsx';
import { SeverityMark, standingOf } from '#components/cluster/severity-mark.tsx';
import { Age } from '#components/live/age.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { NextCell, ResetCell } from '#components/live/next-countdown.tsx';
import { RhythmStrip } from '#components/timeline/rhythm-strip.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { NamespaceName, qualifiedName } from '#components/ui/namespace-name.tsx';
import type { IncidentRow } from '#lib/contract/incident-row.ts';
import { incidentHref } from '#lib/client/hrefs.ts';

type Props = {
  row: IncidentRow;
  /** Severity of the shared cause it stands under: said once, and the change is not what it is about. */
  under?: IncidentRow['severity'] | undefined;
  rowIndex: number;
  gone: boolean;
  selected: boolean;
  onSelect: (id: string) => void;
};

/** Long kinds by their kubectl short name: the column is for the workload's name. */
const shortKind = (kind: string): string => (kind.length > 8 ? resourceOf(kind) : kind);

const CELL = 'table-cell-row';

function LastChange({ change }: { change: IncidentRow['lastChange'] }) {
  if (!change) return <span className="text-ink-3">none seen</span>;
  return (
    <span className="flex gap-1">
      <span className="truncate">
        {change.revision !== undefined && `rev ${change.revision} `}
        <ForeignText text={change.text} />
      </span>
      <span className="shrink-0 text-ink-3">
        <Age at={change.at} format="tiny" />
      </span>
    </span>
  );
}

/** One line per incident; the name is the link, the row is the selection. */
export const IncidentTableRow = memo(function IncidentTableRow({
  row,
  under,
  rowIndex,
  gone,
  selected,
  onSelect,
}: Props) {
  const cluster = useCluster();
  const { workload } = row;
  const name = qualifiedName(workload);
  const recovered = row.state === 'recovered';
  return (
    <tr
      aria-rowindex={rowIndex}
      aria-current={selected ? 'true' : undefined}
      onClick={(event) => {
        // The link navigates; a change of the query at the same time would cancel it.
        if (event.target instanceof Element && event.target.closest('a')) return;
        onSelect(row.id);
      }}
      className={`group cursor-default hover:bg-hover aria-[current=true]:bg-selected ${gone ? 'opacity-50' : ''}`}
    >
      <td
        className={`${CELL} overflow-visible! pr-0 pl-4! group-aria-[current=true]:shadow-[inset_3px_0_var(--focus),inset_0_-1px_var(--line)]`}
      >
        {gone ? (
          <span className="text-ink-3">Left the list</span>
        ) : (
          standingOf(row) !== under && <SeverityMark standing={standingOf(row)} />
        )}
      </td>
      <td className={`${CELL} tnum text-ink-2`}>
        <Age at={row.recoveredAt ?? row.sinceAt} />
      </td>
      <td className={`${CELL} ${under ? 'pl-[22px]!' : ''}`} title={name}>
        <Link
          href={incidentHref(cluster, row.id)}
          prefetch={false}
          data-row-link={row.id}
          aria-label={workload.kind === 'Deployment' ? name : `${name}, ${workload.kind}`}
          className="-outline-offset-1 hover:underline"
        >
          <NamespaceName namespace={workload.namespace} name={workload.name} />
        </Link>
        {workload.kind !== 'Deployment' && (
          <span className="ml-1.5 text-11 text-ink-3">{shortKind(workload.kind)}</span>
        )}
      </td>
      <td className={CELL} title={`${row.cause} (${row.reason})`}>
        <ForeignText text={row.cause} />
      </td>
      <td className={CELL}>
        <PodMarks ready={row.ready} desired={row.desired} pods={row.pods} />
      </td>
      <td className={`${CELL} overflow-visible! px-0! ${under ? 'opacity-60' : ''}`}>
        <RhythmStrip row={row} />
      </td>
      <td className={`${CELL} tnum text-12`}>
        {recovered && row.resetAt !== undefined ? (
          <ResetCell resetAt={row.resetAt} />
        ) : (
          <NextCell next={row.next} />
        )}
      </td>
      <td className={`${CELL} tnum text-12 max-[999px]:hidden`}>
        {under === undefined && <LastChange change={row.lastChange} />}
      </td>
    </tr>
  );
});
