'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Age } from '#components/live/age.tsx';
import { useCluster } from '#components/live/live-provider.tsx';
import { ForeignText } from '#components/ui/foreign-text.tsx';
import { NamespaceName } from '#components/ui/namespace-name.tsx';
import { incidentHref } from '#lib/client/hrefs.ts';
import type { Overview } from '#lib/contract/overview.ts';

type Line = {
  readonly id: string | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly middle?: ReactNode;
  readonly end: ReactNode;
};

function List({
  title,
  head,
  lines,
  empty,
}: {
  title: string;
  head: readonly string[];
  lines: readonly Line[];
  empty: string;
}) {
  const cluster = useCluster();
  return (
    <section aria-label={title} className="min-w-0 flex-1 border-l border-line px-4 py-2.5 first:border-l-0">
      <h2 className="font-semibold">{title}</h2>
      {lines.length === 0 ? (
        <p className="py-1 text-ink-3">{empty}</p>
      ) : (
        <table aria-label={title} className="dims w-full table-fixed border-separate border-spacing-0">
          <thead>
            <tr>
              {head.map((name, index) => (
                <th
                  key={name}
                  scope="col"
                  className={`table-head first:pl-0 ${index === head.length - 1 ? 'w-24 text-right!' : ''}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr
                key={`${line.namespace}/${line.name} ${line.id ?? ''}`}
                className="[&>td]:h-[26px] [&>td]:truncate [&>td]:px-1.5 [&>td]:shadow-[inset_0_-1px_var(--line)]"
              >
                <td className="pl-0!">
                  {line.id === undefined ? (
                    <NamespaceName namespace={line.namespace} name={line.name} />
                  ) : (
                    <Link
                      href={incidentHref(cluster, line.id)}
                      prefetch={false}
                      className="-outline-offset-1 hover:underline"
                    >
                      <NamespaceName namespace={line.namespace} name={line.name} />
                    </Link>
                  )}
                </td>
                {head.length > 2 && <td className="text-ink-2">{line.middle}</td>}
                <td className="tnum text-right">{line.end}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function WorstLists({ overview }: { overview: Overview }) {
  return (
    <div className="flex border-t border-line-strong">
      <List
        title="Longest open"
        head={['Workload', 'Cause', 'Open for']}
        empty="No incident is open."
        lines={overview.longestOpen.map((line) => ({
          ...line,
          middle: <ForeignText text={line.cause} />,
          end: <Age at={line.sinceAt} />,
        }))}
      />
      <List
        title="Most restarts"
        head={['Workload', 'Restarts']}
        empty="No container restarted."
        lines={overview.mostRestarts.map((line) => ({ ...line, id: line.id, end: line.restarts }))}
      />
    </div>
  );
}
