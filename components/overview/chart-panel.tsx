'use client';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useWidth } from '#components/timeline/use-width.ts';

type Props = {
  title: string;
  /** The finding, in one sentence: also what the drawing says to those who do not see it. */
  sentence: string;
  chart: (width: number) => ReactNode;
  table: { readonly head: readonly string[]; readonly rows: readonly (readonly ReactNode[])[] };
};

/** Title, finding, drawing; the table twin takes its place on request. */
export function ChartPanel({ title, sentence, chart, table }: Props) {
  const [asTable, setAsTable] = useState(false);
  const { ref, width } = useWidth(690);
  return (
    <section
      aria-label={title}
      className="min-w-0 flex-1 border-l border-line px-4 pt-2.5 pb-2 first:border-l-0"
    >
      <div className="flex items-baseline">
        <h2 className="font-semibold">{title}</h2>
        <button
          type="button"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          className="ml-auto text-12 text-link hover:underline"
        >
          {asTable ? 'As chart' : 'As table'}
          <span className="sr-only">: {title}</span>
        </button>
      </div>
      <p className="text-12 text-ink-2">{sentence}</p>
      <div ref={ref} className="mt-1 h-[236px]">
        {asTable ? (
          <div className="h-full overflow-y-auto" tabIndex={0} role="group" aria-label={`${title}, rows`}>
            <table aria-label={title} className="tnum w-full border-separate border-spacing-0">
              <thead className="sticky top-0">
                <tr>
                  {table.head.map((name) => (
                    <th key={name} scope="col" className="table-head">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {table.rows.map((cells, row) => (
                  <tr key={row}>
                    {cells.map((cell, column) => (
                      <td key={column} className="px-1.5 py-0.5 shadow-[inset_0_-1px_var(--line)]">
                        {cell}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <div role="img" aria-label={`${title}. ${sentence}`} className="dims">
            {chart(width)}
          </div>
        )}
      </div>
    </section>
  );
}
