'use client';
import { useRef } from 'react';
import { useRowWindow } from '#components/ui/use-row-window.ts';
import type { TriageLine } from './fold-rows.ts';
import { IncidentTableRow } from './incident-table-row.tsx';
import { SharedTableRow } from './shared-table-row.tsx';
import { StripAxis } from './strip-axis.tsx';
import { useListPlace } from './use-list-place.ts';

const ROW_HEIGHT = 32;
/** Below this the browser draws all rows faster than we could choose among them. */
const WINDOW_FROM = 100;

export const COLUMNS = [
  { name: 'Severity', className: 'w-[104px] pl-4 pr-0' },
  { name: 'Since', className: 'w-[74px]' },
  { name: 'Workload', className: 'w-[174px] min-[1680px]:w-[240px]' },
  { name: 'Cause', className: '' },
  { name: 'Ready', className: 'w-[94px]' },
  { name: 'Last hour', className: 'w-[152px] px-0' },
  { name: 'Next attempt', className: 'w-[118px]' },
  { name: 'Last change', className: 'w-[114px] max-[999px]:hidden' },
] as const;

type Props = {
  rows: readonly TriageLine[];
  goneIds: ReadonlySet<string>;
  selectedId: string | undefined;
  onSelect: (id: string) => void;
  onFold: (id: string) => void;
  onHold: (held: boolean) => void;
};

export function TableHead() {
  return (
    <thead className="sticky top-0 z-10">
      <tr>
        {COLUMNS.map(({ name, className }) => (
          <th key={name} scope="col" className={`table-head ${className}`}>
            {name === 'Last hour' ? <StripAxis /> : name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Empty rows stand for what is scrolled out, so that the scroll bar tells the truth. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} className="p-0" height={height} />
    </tr>
  );
}

export function IncidentTable({ rows, goneIds, selectedId, onSelect, onFold, onHold }: Props) {
  const { scroller, remember } = useListPlace({ rows, rowHeight: ROW_HEIGHT, selectedId });
  const hold = useRef({ pointer: false, focus: false, scrolled: false });
  const enabled = rows.length > WINDOW_FROM;
  const inSight = useRowWindow(scroller, {
    count: rows.length,
    rowHeight: ROW_HEIGHT,
    overscan: 12,
    enabled,
  });
  const { from, to } = enabled ? inSight : { from: 0, to: rows.length };

  const update = (change: Partial<typeof hold.current>) => {
    Object.assign(hold.current, change);
    onHold(Object.values(hold.current).some(Boolean));
  };

  return (
    <div
      ref={scroller}
      className="min-h-0 overflow-auto"
      onScroll={(event) => update({ scrolled: event.currentTarget.scrollTop > 0 })}
      // A row may be left for its page by either.
      onClickCapture={remember}
      onKeyDownCapture={remember}
    >
      <table
        aria-label="Incidents"
        aria-rowcount={rows.length + 1}
        className="w-full min-w-[900px] max-[999px]:min-w-[786px] table-fixed border-separate border-spacing-0"
      >
        <TableHead />
        <tbody
          className="dims"
          onPointerEnter={() => update({ pointer: true })}
          onPointerLeave={() => update({ pointer: false })}
          onFocus={() => update({ focus: true })}
          onBlur={() => update({ focus: false })}
        >
          <Spacer height={from * ROW_HEIGHT} />
          {rows.slice(from, to).map((line, index) => {
            const place = { rowIndex: from + index + 2, selected: line.id === selectedId, onSelect };
            return line.kind === 'shared' ? (
              <SharedTableRow key={line.id} line={line} onFold={onFold} {...place} />
            ) : (
              <IncidentTableRow
                key={line.id}
                row={line.row}
                under={line.under?.severity}
                gone={goneIds.has(line.id)}
                {...place}
              />
            );
          })}
          <Spacer height={(rows.length - to) * ROW_HEIGHT} />
        </tbody>
      </table>
    </div>
  );
}
