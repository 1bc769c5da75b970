'use client';
import { useEffect, useRef } from 'react';
import { useCluster } from '#components/live/live-provider.tsx';
import { QueryError } from '#components/ui/query-error.tsx';
import { useRowWindow } from '#components/ui/use-row-window.ts';
import { useHasStayed } from '#components/ui/use-settled.ts';
import { usePods } from '#lib/client/queries.ts';
import type { PodsPage } from '#lib/contract/keys.ts';
import { PODS_PER_PAGE, type PodSort } from '#lib/contract/pods.ts';
import { PodLine } from './pod-line.tsx';

const ROW_HEIGHT = 24;
/** A page that is only passed while the scroll bar is dragged is not asked for (ms). */
const PASSING_MS = 80;

export type PodOrder = Pick<PodsPage, 'sort' | 'order'>;
export type PodList = Omit<PodsPage, 'offset'>;

/** `first` is the order one looks for: the most restarts, the youngest. */
const COLUMNS: readonly {
  readonly name: string;
  readonly width: string;
  readonly sort?: PodSort;
  readonly first?: PodOrder['order'];
}[] = [
  { name: 'NAMESPACE', width: 'w-[14%] pl-4' },
  { name: 'NAME', width: 'w-[32%]', sort: 'name' },
  { name: 'READY', width: 'w-[7%]' },
  { name: 'STATUS', width: 'w-[19%]', sort: 'status' },
  { name: 'RESTARTS', width: 'w-[11%]', sort: 'restarts', first: 'desc' },
  { name: 'AGE', width: 'w-[7%]', sort: 'age' },
  { name: 'NODE', width: '', sort: 'node' },
];

const ARIA = { asc: 'ascending', desc: 'descending' } as const;
const ARROW = { asc: '↑', desc: '↓' } as const;
const OTHER = { asc: 'desc', desc: 'asc' } as const;

function PodHead({ sort, order, onSort }: PodOrder & { onSort: (order: PodOrder) => void }) {
  return (
    <thead className="sticky top-0 z-10">
      <tr>
        {COLUMNS.map(({ name, width, sort: by, first = 'asc' }) => (
          <th
            key={name}
            scope="col"
            aria-sort={by === sort ? ARIA[order] : undefined}
            className={`table-head ${width}`}
          >
            {by === undefined ? (
              name
            ) : (
              <button
                type="button"
                className="-outline-offset-1 hover:text-ink"
                onClick={() => onSort({ sort: by, order: by === sort ? OTHER[order] : first })}
              >
                {name}
                <span aria-hidden="true">{by === sort ? ` ${ARROW[order]}` : ''}</span>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Stands for so many rows. */
function Gap({ rows, children }: { rows: number; children?: React.ReactNode }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden={children === undefined}>
      <td
        colSpan={COLUMNS.length}
        className={`align-top ${children === undefined ? 'p-0' : 'px-4'}`}
        height={rows * ROW_HEIGHT}
      >
        {children}
      </td>
    </tr>
  );
}

type PageProps = { list: PodList; page: number; from: number; to: number };

/** The rows from `from` up to, not including, `to`, all of one page. */
function PageRows({ list, page, from, to }: PageProps) {
  const hasStayed = useHasStayed(PASSING_MS);
  const isWanted = page === 0 || hasStayed;
  const offset = page * PODS_PER_PAGE;
  const { data, error, mutate } = usePods(useCluster(), isWanted ? { ...list, offset } : undefined, {
    keepPreviousData: true,
  });
  if (!data)
    return (
      <Gap rows={to - from}>
        {error ? (
          <QueryError error={error} onRetry={() => void mutate()} />
        ) : (
          <span className="text-ink-3">Loading</span>
        )}
      </Gap>
    );
  const rows = data.pods.slice(from - offset, to - offset);
  return (
    <>
      {rows.map((pod, index) => (
        <PodLine key={pod.uid} pod={pod} rowIndex={from + index + 2} />
      ))}
      {/* The list became shorter since it was counted. */}
      <Gap rows={to - from - rows.length} />
    </>
  );
}

/** All pods that match, of which the pages in sight are loaded. */
export function PodTable({
  list,
  count,
  onSort,
}: {
  list: PodList;
  count: number;
  onSort: (order: PodOrder) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const { from, to } = useRowWindow(scroller, { count, rowHeight: ROW_HEIGHT, overscan: 20 });
  const { q, sort, order } = list;
  useEffect(() => {
    scroller.current?.scrollTo?.({ top: 0 });
  }, [q, sort, order]);
  const firstPage = Math.floor(from / PODS_PER_PAGE);
  const pages = Math.ceil(to / PODS_PER_PAGE) - firstPage;
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-auto"
      tabIndex={0}
      role="group"
      aria-label="Pods, scrollable"
    >
      <table
        aria-label="Pods"
        aria-rowcount={count + 1}
        className="mono w-full min-w-[900px] table-fixed border-separate border-spacing-0 text-12"
      >
        <PodHead sort={sort} order={order} onSort={onSort} />
        <tbody className="dims">
          <Gap rows={from} />
          {Array.from({ length: pages }, (_, n) => firstPage + n).map((page) => (
            <PageRows
              key={page}
              list={list}
              page={page}
              from={Math.max(from, page * PODS_PER_PAGE)}
              to={Math.min(to, (page + 1) * PODS_PER_PAGE)}
            />
          ))}
          <Gap rows={count - to} />
        </tbody>
      </table>
    </div>
  );
}
